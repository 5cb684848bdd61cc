import { comparedType } from '../../functions/core/compared-type.ts';
import type { Metadata } from '../../functions/core/metadata.ts';
import type { Choices, CreateRule } from '../../functions/core/notification-repository.ts';
import type { EventName, OutgoingEvent } from '../../functions/core/outgoing-event.ts';
import type { Policy } from '../../functions/core/policy.ts';
import type { Clock } from '../../functions/core/ports.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import { emptyInbox, type Inbox, outcomeOf, type Row, toNotification, typeOf } from './in-memory-inbox.ts';

/** An event in the outbox. */
export interface Waiting {
  outbox_id: number;
  event: OutgoingEvent;
  created_at: number;
  leased_until: number;
}

export type Store = ReturnType<typeof createStore>;

/** What all parts of the model of PostgreSQL share. */
export function createStore(clock: Clock, { scopes, types }: Pick<Policy, 'scopes' | 'types'>) {
  const inboxes = new Map<string, Inbox>();
  const outbox: Waiting[] = [];
  const written: OutgoingEvent[] = [];
  let lastId = 0;
  let lastEvent = 0;
  const rules = new Map(Object.entries(types).map(([name, rule]) => [comparedType(name), rule]));

  const inboxOf = (user_id: string): Inbox => inboxes.get(user_id) ?? emptyInbox(user_id);

  return {
    clock,
    scopes,
    inboxes,
    outbox,
    /** Every event that was ever written, sent or not. */
    written,
    inboxOf,
    madeInboxOf(user_id: string): Inbox {
      const inbox = inboxOf(user_id);
      inboxes.set(user_id, inbox);
      return inbox;
    },
    nextId(): number {
      lastId += 1;
      return lastId;
    },
    changed: (inbox: Inbox): ChangedInbox => outcomeOf(inbox, scopes, true),
    unchanged: (inbox: Inbox): ChangedInbox => outcomeOf(inbox, scopes, false),
    /** Writes an event of each row, if its type has events. */
    tell(event: EventName, rows: readonly Row[]): void {
      for (const row of rows) {
        const type = typeOf(row);
        const hasEvents = typeof type === 'string' && rules.get(type)?.events === true;
        if (event !== 'notification.unread_after' && !hasEvents) continue;
        lastEvent += 1;
        const made = eventOf(event, row, clock());
        written.push(made);
        outbox.push({
          outbox_id: lastEvent,
          event: made,
          created_at: clock(),
          leased_until: Number.NEGATIVE_INFINITY,
        });
      }
    },
    /** The configured type of what such metadata says, in the form in which types are compared. */
    comparedTypeOf({ type }: Metadata): string | null {
      const compared = typeof type === 'string' ? comparedType(type) : '';
      return rules.has(compared) ? compared : null;
    },
    /** Whether a row of this type comes to the user. */
    receives({ choices }: Inbox, row: Row): boolean {
      const type = typeOf(row);
      const rule = typeof type === 'string' ? rules.get(type) : undefined;
      if (typeof type !== 'string' || !rule || rule.critical) return true;
      return isOn(choices, { type, isDefaultOn: rule.default !== 'off' });
    },
  };
}

export const isOn = (
  choices: Choices,
  { type, isDefaultOn }: NonNullable<CreateRule['optional']>,
): boolean => (isDefaultOn ? !choices.off.includes(type) : choices.on.includes(type));

function eventOf(event: EventName, row: Row, now: number): OutgoingEvent {
  const { user_id, id: notification_id, version, metadata, action_id } = row;
  return {
    id: `${user_id}:${version}:${notification_id}:${event}`,
    event,
    user_id,
    notification_id,
    version,
    at: new Date(now).toISOString(),
    type: typeof metadata.type === 'string' ? metadata.type : null,
    ...(event === 'notification.action' && action_id !== null && { action_id }),
    ...(event === 'notification.unread_after' && { notification: toNotification(row) }),
  };
}
