import { describe, expect, it } from 'vitest';
import { frameLeftoverOf, hintOf, leftoverOf, parseLeftover, textOf } from '../../functions/core/leftover.ts';

const push = {
  delivery_id: 'd',
  user_id: 'u',
  attempt: 1,
  type: 'inbox.changed',
  version: 7,
  unread_count: 2,
};

describe('A leftover', () => {
  it('of a push is the hint that the inbox has changed, whatever the push said', () => {
    const frame = { type: 'inbox.read_all', version: 7, unread_count: 2, before_id: 981 } as const;
    const leftover = leftoverOf({ user_id: 'u', frame }, 'd');
    expect(leftover).toEqual(push);
    expect(JSON.parse(textOf(leftover))).toEqual({ type: 'inbox.changed', version: 7, unread_count: 2 });
  });

  it('of a push that nobody has tried is the whole frame, and the hint once it was tried', () => {
    const frame = { type: 'inbox.read_all', version: 7, unread_count: 2, before_id: 981 } as const;
    const leftover = frameLeftoverOf({ user_id: 'u', frame }, 'd');
    expect(JSON.parse(textOf(leftover))).toEqual(frame);
    expect(parseLeftover(leftover)).toEqual(leftover);
    expect(hintOf(leftover)).toEqual({ ...push, attempt: 0 });
  });

  it('is read as it was written, fields that a later release adds left out', () => {
    expect(parseLeftover({ ...push, ttl: 1, colour: 'red' })).toEqual(push);
  });

  it.each([
    [{ ...push, type: 'notification.created' }],
    [{ ...push, version: '7' }],
    [{ ...push, attempt: 0 }],
    [{ ...push, connections: ['abc'] }],
    [{ ...push, type: 'goodbye' }],
    [{ ...push, type: 'frame' }],
    [{ ...push, type: 'frame', frame: '{}' }],
    [{}],
    [undefined],
  ])('is refused where it is none: %j', (value) => {
    expect(() => parseLeftover(value)).toThrow();
  });
});
