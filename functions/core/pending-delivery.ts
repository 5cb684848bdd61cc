import type { ServerFrame } from './frames.ts';
import type { PendingDelivery } from './parse-pending-delivery.ts';
import { inboxChanged, type Push, preferencesChanged } from './push.ts';

export type { PendingDelivery };

export type PendingInboxChanged = Extract<PendingDelivery, { type: 'inbox.changed' }>;
export type PendingPreferencesChanged = Extract<PendingDelivery, { type: 'preferences.changed' }>;
export type PendingGoodbye = Extract<PendingDelivery, { type: 'goodbye' }>;
export type PendingFrame = Extract<PendingDelivery, { type: 'frame' }>;

/** How often a pending delivery is tried before it becomes a dead letter. */
export const redeliveryAttempts = 3;

/** The pending delivery for connections that missed a push. */
export function toPending(
  { user_id, frame }: Push,
  delivery_id: string,
): PendingInboxChanged | PendingPreferencesChanged {
  const pending = { delivery_id, user_id, attempt: 1 };
  return frame.type === 'preferences.changed'
    ? { ...pending, type: frame.type }
    : { ...inboxChanged(frame), ...pending };
}

/** The pending delivery of a function that cannot reach the sockets. It has the whole push. */
export function toPendingFrame(
  { user_id, frame }: Push,
  delivery_id: string,
): PendingFrame | PendingPreferencesChanged {
  const pending = { delivery_id, user_id, attempt: 0 } as const;
  if (frame.type === 'preferences.changed') return { ...pending, type: frame.type };
  return { ...inboxChanged(frame), ...pending, type: 'frame', frame: JSON.stringify(frame) };
}

/** The pending delivery after a whole frame has failed: `inbox.changed`, at attempt 0. */
export function withoutFrame({ frame: _, ...rest }: PendingFrame): PendingInboxChanged {
  return { ...rest, type: 'inbox.changed' };
}

/** The text that is posted for a pending delivery. */
export function textOf(pending: Exclude<PendingDelivery, PendingGoodbye>): string {
  switch (pending.type) {
    case 'frame':
      return pending.frame;
    case 'inbox.changed':
      return JSON.stringify(inboxChanged(pending));
    case 'preferences.changed':
      return JSON.stringify(preferencesChanged(pending.user_id));
  }
}

/** What a connection receives before it is closed because newer connections have replaced it. */
export const goodbye: ServerFrame = { type: 'goodbye', code: 'replaced' };
