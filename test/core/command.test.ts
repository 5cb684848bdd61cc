import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../functions/core/command.ts';
import { refusalOf } from '../support/refusal.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const now = Date.UTC(2026, 0, 1);

const parse = (command: object, defaultKey: string | null = null) =>
  parseCommand(command, { defaultKey, now });
const refused = (command: object, defaultKey: string | null = 'message-1') =>
  refusalOf(() => parse(command, defaultKey));

describe('An action', () => {
  it.each(['Update', 'delete', '', 7, {}])(
    'that is none is refused, with its value and the known ones: %j',
    (action) => {
      expect(refused({ action, user_id: alice, title: 'T' })).toEqual({
        action: `must be one of create, update, retract, cancel, or left out for a create; it is ${JSON.stringify(String(action))}`,
      });
    },
  );
});

describe('An update', () => {
  const least = { action: 'update', user_id: alice, idempotency_key: 'k' };

  it('has what it gives, and nothing else', () => {
    expect(parse({ ...least, title: 'New' })).toEqual({
      action: 'update',
      command: {
        user_ids: [alice],
        is_batch: false,
        idempotency_key: 'k',
        patch: { title: 'New' },
        realert: false,
      },
    });
  });

  it('takes away by null what a create can leave out', () => {
    const nulls = { body: null, metadata: null, actor_id: null, actions: null, expires_at: null };
    expect(parse({ ...least, ...nulls })).toMatchObject({
      command: { patch: { body: '', metadata: {}, actor_id: null, actions: null, expires_at: null } },
    });
    expect(refused({ ...least, title: null })).toEqual({ title: 'must be a string' });
  });

  it('is for one or for several', () => {
    const { user_id: _, ...rest } = { ...least, title: 'New', realert: true };
    expect(parse({ ...rest, user_ids: [bob, alice.toUpperCase(), bob] })).toMatchObject({
      command: { user_ids: [bob, alice], is_batch: true, realert: true },
    });
  });

  it.each([{}, { realert: true }])(
    'without a field is refused, with the fields that there are: %j',
    (changes) => {
      expect(refused({ ...least, ...changes })).toEqual({
        '': 'An update must set at least one of title, body, metadata, actor_id, actions, expires_at.',
      });
    },
  );

  it('needs a key of its own: that of its door is another', () => {
    expect(refused({ action: 'update', user_id: alice, title: 'New' })).toEqual({
      idempotency_key: 'is required',
    });
  });

  it.each([
    [{ user_id: undefined }, { user_id: 'is missing; set exactly one of user_id and user_ids' }],
    [
      { user_ids: [bob] },
      { user_id: 'cannot be combined with user_ids; set exactly one of user_id and user_ids' },
    ],
    [{ idempotency_key: '' }, { idempotency_key: 'must have 1 to 255 characters' }],
    [
      { expires_at: '2025-12-31T00:00:00Z' },
      { expires_at: 'must be in the future; it is "2025-12-31T00:00:00Z"' },
    ],
    [{ realert: 'yes' }, { realert: 'must be true or false' }],
    [{ scope: 'attendee' }, { scope: 'is not a known field' }],
    [{ channel: 'email' }, { channel: 'is not a known field' }],
    [{ group: { key: 'k' } }, { group: 'is not a known field' }],
    [{ actions: [] }, { actions: 'must have 1 to 3 actions; leave it out for none' }],
    [{ title: '\u200B' }, { title: 'must not be blank' }],
  ])('is refused with %j', (changes, errors) => {
    expect(refused({ ...least, body: 'New', ...changes })).toEqual(errors);
  });

  it('is refused whole, with every wrong field', () => {
    const wrong = { action: 'update', title: '', metadata: [], expires_at: 'soon', extra: 1 };
    expect(Object.keys(refused(wrong)).toSorted()).toEqual([
      'expires_at',
      'extra',
      'idempotency_key',
      'metadata',
      'title',
      'user_id',
    ]);
  });
});

describe('A retract', () => {
  const least = { action: 'retract', user_id: alice };

  it('is by key, or by group', () => {
    const command = { user_ids: [alice], is_batch: false };
    expect(parse({ ...least, idempotency_key: 'k', group_key: null })).toEqual({
      action: 'retract',
      command: { ...command, which: { idempotency_key: 'k' } },
    });
    expect(parse({ ...least, group_key: 'event-1' })).toEqual({
      action: 'retract',
      command: { ...command, which: { group_key: 'event-1' } },
    });
  });

  it.each([
    [{}, { idempotency_key: 'is missing; set exactly one of idempotency_key and group_key' }],
    [
      { idempotency_key: 'k', group_key: 'event-1' },
      {
        idempotency_key:
          'cannot be combined with group_key; set exactly one of idempotency_key and group_key',
      },
    ],
    [{ group_key: '' }, { group_key: 'must have 1 to 255 characters' }],
    [{ idempotency_key: 'x'.repeat(256) }, { idempotency_key: 'must have 1 to 255 characters' }],
    [{ idempotency_key: 'k', title: 'T' }, { title: 'is not a known field' }],
    [{ idempotency_key: 'k', user_id: 'alice' }, { user_id: 'must be a UUID' }],
    [{ idempotency_key: 'k', user_id: null, user_ids: [] }, { user_ids: 'must name 1 to 500 users' }],
  ])('is refused with %j', (changes, errors) => expect(refused({ ...least, ...changes })).toEqual(errors));
});

describe('A cancel', () => {
  it('names a scheduled create', () => {
    expect(parse({ action: 'cancel', scheduled_id: 57 })).toEqual({ action: 'cancel', scheduled_id: 57 });
  });

  it.each([
    [{}, { scheduled_id: 'is required' }],
    [{ scheduled_id: 0 }, { scheduled_id: 'must be a positive integer' }],
    [{ scheduled_id: '57' }, { scheduled_id: 'must be an integer' }],
    [{ scheduled_id: 2 ** 53 }, { scheduled_id: 'must be a positive integer' }],
    [{ scheduled_id: 57, user_id: alice }, { user_id: 'is not a known field' }],
  ])('is refused with %j', (changes, errors) => {
    expect(refused({ action: 'cancel', ...changes })).toEqual(errors);
  });
});
