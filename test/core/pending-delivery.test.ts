import { describe, expect, it } from 'vitest';
import {
  parsePendingDelivery,
  textOf,
  toPendingFrame,
  toPendingInboxChanged,
  withoutFrame,
} from '../../functions/core/pending-delivery.ts';

const push = {
  delivery_id: 'd',
  user_id: 'u',
  attempt: 1,
  type: 'inbox.changed',
  version: 7,
  unread_count: 2,
};

describe('A pending delivery', () => {
  it('of a push says only that the inbox has changed, whatever the frame was', () => {
    const frame = {
      type: 'inbox.read_all',
      user_id: 'u',
      version: 7,
      unread_count: 2,
      before_id: 981,
    } as const;
    const pending = toPendingInboxChanged({ user_id: 'u', frame }, 'd');
    expect(pending).toEqual(push);
    expect(JSON.parse(textOf(pending))).toEqual({
      type: 'inbox.changed',
      user_id: 'u',
      version: 7,
      unread_count: 2,
    });
  });

  it('of an untried push is the whole frame, and without its frame an inbox.changed', () => {
    const frame = {
      type: 'inbox.read_all',
      user_id: 'u',
      version: 7,
      unread_count: 2,
      before_id: 981,
    } as const;
    const pending = toPendingFrame({ user_id: 'u', frame }, 'd');
    expect(JSON.parse(textOf(pending))).toEqual(frame);
    expect(parsePendingDelivery(pending)).toEqual(pending);
    expect(withoutFrame(pending)).toEqual({ ...push, attempt: 0 });
  });

  it('is read as it was written, fields that a later release adds left out', () => {
    expect(parsePendingDelivery({ ...push, ttl: 1, colour: 'red' })).toEqual(push);
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
  ])('is refused if it is none: %j', (value) => {
    expect(() => parsePendingDelivery(value)).toThrow();
  });
});
