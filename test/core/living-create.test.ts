import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../functions/core/command.ts';
import { ValidationError } from '../../functions/core/errors.ts';
import { refusalOf } from '../support/refusal.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const at = (ms: number) => new Date(now + ms).toISOString();

const least = { user_id: alice, title: 'Build passed' };
const parse = (changes: object) => parseCommand({ ...least, ...changes }, { defaultKey: null, now });
const created = (changes: object) => {
  const command = parse(changes);
  if (command.action !== 'create') throw new Error('This is no create.');
  return command;
};
const refused = (changes: object) => refusalOf(() => parse(changes));

describe('A create', () => {
  it('may say so', () => {
    expect(parse({ action: 'create' })).toEqual(parse({}));
    expect(parse({ action: null })).toEqual(parse({}));
  });

  it('of which every new field is null is one without them', () => {
    const nulls = { actions: null, group: null, expires_at: null, alert_after: null, deliver_at: null };
    expect(parse(nulls)).toEqual(parse({}));
  });
});

describe('The group of a create', () => {
  it('has a key, and texts from the second on', () => {
    const group = { key: 'event-1', title: '{count} people booked', body: '' };
    expect(created({ group }).command.group).toEqual(group);
    expect(created({ group: { key: 'event-1' } }).command.group).toEqual({
      key: 'event-1',
      title: null,
      body: null,
    });
  });

  it.each([
    [{}, { 'group.key': 'is required' }],
    [{ key: '' }, { 'group.key': 'must have 1 to 255 characters' }],
    [{ key: 'x'.repeat(256) }, { 'group.key': 'must have 1 to 255 characters' }],
    [{ key: 7 }, { 'group.key': 'must be a string' }],
    [{ key: 'k', title: ' ' }, { 'group.title': 'must not be blank' }],
    [{ key: 'k', body: 'x'.repeat(4_001) }, { 'group.body': 'must have 0 to 4000 characters' }],
    [{ key: 'k', count: 2 }, { 'group.count': 'is not a known field' }],
    ['event-1', { group: 'must be an object with a key' }],
  ])('is refused: %j', (group, errors) => expect(refused({ group })).toEqual(errors));
});

describe('The actions of a create', () => {
  const accept = { id: 'accept', label: 'Accept' };

  it('are one to three, with a route, a URL, or neither', () => {
    const actions = [
      accept,
      { id: 'more', label: 'More', route: '/bookings/1' },
      { id: 'map', label: 'Map', url: 'https://example.com/map' },
    ];
    expect(created({ actions }).command.actions).toEqual(actions);
  });

  it('have no fields that are null', () => {
    const actions = [{ ...accept, route: null, url: null }];
    expect(created({ actions }).command.actions).toEqual([accept]);
  });

  const several = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: `action-${n}`, label: 'Do it' }));

  it.each([
    ['none', [], { actions: 'must have 1 to 3 actions; leave it out for none' }],
    ['four', several(4), { actions: 'must have 1 to 3 actions; leave it out for none' }],
    ['100,000', several(100_000), { actions: 'must have 1 to 3 actions; leave it out for none' }],
    [
      'two with one id',
      [accept, { id: 'accept', label: 'Yes' }],
      { 'actions.1.id': 'must be another than the id of the actions before; it is "accept"' },
    ],
    ['no list', accept, { actions: 'must be an array of actions' }],
    ['a text', ['accept'], { 'actions.0': 'must be an object with id and label' }],
    ['no label', [{ id: 'accept' }], { 'actions.0.label': 'is required' }],
    ['an invisible label', [{ id: 'accept', label: ' ' }], { 'actions.0.label': 'must not be blank' }],
    [
      'a long label',
      [{ id: 'a', label: 'x'.repeat(41) }],
      { 'actions.0.label': 'must have 1 to 40 characters' },
    ],
    ['an empty id', [{ id: '', label: 'A' }], { 'actions.0.id': 'must have 1 to 64 characters' }],
    ['a long id', [{ id: 'x'.repeat(65), label: 'A' }], { 'actions.0.id': 'must have 1 to 64 characters' }],
    [
      'a script',
      [{ ...accept, url: 'javascript:alert(1)' }],
      { 'actions.0.url': expect.stringMatching(/^must be an https/) },
    ],
    [
      'another site',
      [{ ...accept, route: '//evil.example' }],
      { 'actions.0.route': expect.stringMatching(/^must be a path/) },
    ],
    [
      'a route and a URL',
      [{ ...accept, route: '/a', url: 'https://example.com' }],
      { 'actions.0.url': 'cannot be combined with route; set one of the two, or none' },
    ],
    ['another field', [{ ...accept, icon: 'x' }], { 'actions.0.icon': 'is not a known field' }],
    [
      'too much together',
      [{ ...accept, route: `/${'x'.repeat(2_048)}` }],
      { actions: 'must have at most 2048 bytes as JSON' },
    ],
  ])('are refused: %s', (_, actions, errors) => expect(refused({ actions })).toEqual(errors));

  it.each(['a b', 'a/b', '.', '..', 'ä', 'a?b', 'a\0'])(
    'cannot have the id %j, which no address has as it is',
    (id) => {
      expect(Object.keys(refused({ actions: [{ id, label: 'A' }] }))).toEqual(['actions.0.id']);
    },
  );

  it.each(['a', '7', 'A.b_c~d-e', '...', '.a', 'x'.repeat(64)])('may have the id %j', (id) => {
    expect(created({ actions: [{ id, label: 'A' }] }).command.actions).toEqual([{ id, label: 'A' }]);
  });
});

describe('The times of a create', () => {
  it('are kept in UTC', () => {
    const { command, deliver_at } = created({
      expires_at: '2026-02-01T10:00:00+05:30',
      deliver_at: '2026-01-15T00:00:00.123456Z',
    });
    expect([command.expires_at, deliver_at]).toEqual([
      '2026-02-01T04:30:00.000Z',
      '2026-01-15T00:00:00.123Z',
    ]);
  });

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-02-01',
    '2026-02-01T10:00:00',
    '2026-02-01 10:00:00Z',
    '',
    'tomorrow',
  ])('are refused if they are not ISO 8601 with seconds and an offset: %j', (time) => {
    expect(refused({ expires_at: time, deliver_at: time })).toEqual({
      expires_at: `must be a time with seconds and an offset, such as 2026-12-31T18:00:00Z or 2026-12-31T18:00:00+01:00; it is ${JSON.stringify(time)}`,
      deliver_at: expect.stringContaining(`it is ${JSON.stringify(time)}`),
    });
  });

  it.each([1_798_740_000, true, {}, ['2026-12-31T18:00:00Z']])(
    'are refused if they are no texts: %j',
    (time) => {
      expect(Object.keys(refused({ expires_at: time }))).toEqual(['expires_at']);
    },
  );

  it.each(['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00'])(
    'are refused in another millennium: %s',
    (time) => expect(Object.keys(refused({ deliver_at: time }))).toEqual(['deliver_at']),
  );

  it('expire in the future', () => {
    expect(created({ expires_at: at(1) }).command.expires_at).toBe(at(1));
    for (const past of [at(0), at(-1), '0001-01-01T00:00:00Z']) {
      expect(refused({ expires_at: past })).toEqual({
        expires_at: `must be in the future; it is ${JSON.stringify(past)}`,
      });
    }
  });

  it('expire after they are delivered', () => {
    expect(created({ deliver_at: at(day), expires_at: at(day + 1) }).deliver_at).toBe(at(day));
    for (const early of [at(day), at(day - 1), at(-day)]) {
      expect(refused({ deliver_at: at(day), expires_at: early })).toEqual({
        expires_at: `must be after deliver_at; it is ${JSON.stringify(early)}`,
      });
    }
  });

  it('are delivered within 365 days', () => {
    expect(created({ deliver_at: at(365 * day) }).deliver_at).toBe(at(365 * day));
    const far = at(365 * day + 1);
    expect(refused({ deliver_at: far })).toEqual({
      deliver_at: `must be at most 365 days ahead; it is ${JSON.stringify(far)}`,
    });
  });

  it('are delivered at once if they have passed by up to a day, because a command may wait in a queue', () => {
    expect(created({ deliver_at: at(-day) }).deliver_at).toBe(at(-day));
    expect(refused({ deliver_at: at(-day - 1) })).toEqual({
      deliver_at: `must be in the future; it is ${JSON.stringify(at(-day - 1))}`,
    });
  });

  it.each([60, 7_776_000])('tell that it is still unread after %i seconds', (alert_after) => {
    expect(created({ alert_after }).command.alert_after).toBe(alert_after);
  });

  it.each([0, -60, 59, 60.5, 7_776_001, 2 ** 53 - 1, 1e300])(
    'are refused with an alert after %i seconds',
    (alert_after) => {
      expect(refused({ alert_after })).toEqual({
        alert_after: `must be an integer of 60 to 7776000 seconds; it is ${alert_after}`,
      });
    },
  );

  it.each(['60', true, []])('are refused with an alert that is no number: %j', (alert_after) => {
    expect(refused({ alert_after })).toEqual({ alert_after: 'must be an integer' });
  });
});

it('One refusal names every wrong field of a create', () => {
  const wrong = {
    group: {},
    actions: [],
    expires_at: at(-1),
    alert_after: 0,
    deliver_at: at(366 * day),
    title: '',
  };
  expect(Object.keys(refused(wrong)).toSorted()).toEqual([
    'actions',
    'alert_after',
    'deliver_at',
    'expires_at',
    'group.key',
    'title',
  ]);
  expect(() => parse(wrong)).toThrow(ValidationError);
});
