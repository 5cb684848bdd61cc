import { describe, expect, it } from 'vitest';
import { parsePendingDelivery } from '../../functions/core/parse-pending-delivery.ts';
import { textOf, toPending, toPendingFrame, withoutFrame } from '../../functions/core/pending-delivery.ts';

const state = {
  user_id: 'u',
  version: 7,
  unread_count: 2,
  unseen_count: 1,
  scopes: { attendee: { unread_count: 1, unseen_count: 0 } },
};
const pending = { ...state, delivery_id: 'd', attempt: 1, type: 'inbox.changed' } as const;
const frame = { type: 'inbox.read_all', ...state, before_position: 981 } as const;
const preferences = { type: 'preferences.changed', user_id: 'u' } as const;

describe('A pending delivery', () => {
  it('of a push says only that the inbox has changed, whatever the frame was', () => {
    const made = toPending({ user_id: 'u', frame }, 'd');
    expect(made).toEqual(pending);
    expect(JSON.parse(textOf(made))).toEqual({ type: 'inbox.changed', ...state });
  });

  it('of an untried push is the whole frame, and without its frame an inbox.changed', () => {
    const made = toPendingFrame({ user_id: 'u', frame }, 'd');
    expect(JSON.parse(textOf(made))).toEqual(frame);
    expect(parsePendingDelivery(made)).toEqual(made);
    if (made.type !== 'frame') throw new Error(`It is ${made.type}.`);
    expect(withoutFrame(made)).toEqual({ ...pending, attempt: 0 });
  });

  it('of changed preferences has no state of the inbox, whether it was tried or not', () => {
    const tried = toPending({ user_id: 'u', frame: preferences }, 'd');
    const untried = toPendingFrame({ user_id: 'u', frame: preferences }, 'd');
    expect([tried, untried]).toEqual([
      { ...preferences, delivery_id: 'd', attempt: 1 },
      { ...preferences, delivery_id: 'd', attempt: 0 },
    ]);
    for (const made of [tried, untried]) {
      expect(parsePendingDelivery(made)).toEqual(made);
      expect(JSON.parse(textOf(made))).toEqual(preferences);
    }
  });

  it('is read as it was written, fields that a later release adds left out', () => {
    expect(parsePendingDelivery({ ...pending, ttl: 1, colour: 'red' })).toEqual(pending);
  });

  it.each([
    [{ ...pending, type: 'notification.created' }],
    [{ ...pending, version: '7' }],
    [{ ...pending, attempt: 0 }],
    [{ ...pending, connections: ['abc'] }],
    [{ ...pending, scopes: { attendee: 1 } }],
    [{ ...pending, type: 'goodbye' }],
    [{ ...pending, type: 'frame' }],
    [{ ...pending, type: 'frame', frame: '{}' }],
    [{ ...preferences, delivery_id: 'd', attempt: -1 }],
    [{}],
    [undefined],
  ])('is refused if it is none: %j', (value) => {
    expect(() => parsePendingDelivery(value)).toThrow();
  });
});

describe('A pending delivery of the first edition', () => {
  const { unseen_count: _, scopes: __, ...first } = pending;

  it('takes everything that is unread as unseen, and knows of no scopes', () => {
    expect(parsePendingDelivery(first)).toEqual({ ...pending, unseen_count: 2, scopes: {} });
  });

  it('lets clients ask for the changes instead of posting its frame, in which they would miss fields', () => {
    const old = { ...first, type: 'frame', attempt: 0, frame: '{"type":"notification.created"}' };
    expect(parsePendingDelivery(old)).toEqual({ ...pending, unseen_count: 2, scopes: {} });
  });

  it('that is broken is refused', () => {
    expect(() => parsePendingDelivery({ ...first, unread_count: 'two' })).toThrow();
  });
});
