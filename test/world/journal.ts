import { isDeepStrictEqual } from 'node:util';
import type { PushedFrame } from '../../functions/core/frames.ts';
import { limits } from '../../functions/core/limits.ts';
import type { InboxState, NotificationContent } from '../../functions/core/notification.ts';
import type { Choices } from '../../functions/core/notification-repository.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import { type Entry, isTrue } from './entry.ts';
import { ruleOf } from './policy.ts';

/** The promises that can be broken, by the names that they have in docs/guarantees. */
export const invariants = [
  'acknowledged is stored',
  'one row for a key',
  'versions are contiguous',
  'frames tell the truth',
  'only one’s own',
  'not past the lifetime',
  'pending deliveries are kept',
  'reports add up',
  'open sockets are registered',
  'shown as stored',
  'in order, once',
  'unread count',
  'unseen count',
  'counts are exact at every version',
  'switched off leaves nothing',
  'a click comes true',
  'a click is about what was there',
  'at once',
  'announced once',
  'timers fire once, in time',
  'retracted is gone',
  'unread-after is true',
  'events are sent',
  'one open notification of a group',
  'restricted types are their senders’',
  'the first button wins',
  'every page has a socket',
  'one socket for all tabs',
  'within the limit',
  'expired tokens are not used',
  'requests are few',
  'failures are foreseen',
  'comes to rest',
] as const;

/** Only the database model can break these here. PostgreSQL is tested for them elsewhere. */
export const ofTheModel: readonly Invariant[] = ['versions are contiguous'];

export type Invariant = (typeof invariants)[number];

export interface Violation {
  invariant: Invariant;
  detail: string;
}

/** Writes down what happens; undefined where nobody reads it, so that nothing is put into words either. */
export type Trace = ((line: string) => void) | undefined;

export type Journal = ReturnType<typeof createJournal>;

/** Everything that has been committed and acknowledged, written down where it happens, to compare with what is said later. */
export function createJournal(trace: Trace) {
  const inboxes = new Map<string, Entry[]>();
  const keys = new Map<string, number>();
  const acknowledged = new Map<string, number>();
  const erased = new Set<number>();
  /** What each user has switched on (true) or off, by its type. */
  const choices = new Map<string, Map<string, boolean>>();
  const violations: Violation[] = [];

  function violate(invariant: Invariant, detail: string): void {
    violations.push({ invariant, detail });
    trace?.(`VIOLATION ${invariant}: ${detail}`);
  }

  /** The first change of an inbox is its version 1. */
  function entriesOf(user_id: string): Entry[] {
    const entries = inboxes.get(user_id) ?? [];
    inboxes.set(user_id, entries);
    return entries;
  }

  function commit(entry: Entry): void {
    const { user_id, version } = entry.state;
    const entries = entriesOf(user_id);
    entries.push(entry);
    trace?.(`commit ${nameOf(user_id)} version ${version}: ${entry.kind} ${entry.row?.id ?? ''}`);
    if (version !== entries.length) {
      violate('versions are contiguous', `${nameOf(user_id)} went to ${version}, not ${entries.length}`);
    }
  }

  /** Compares what is said of an inbox with what it was at that version. */
  function checkState(
    where: string,
    { user_id, version, unread_count, unseen_count, scopes }: InboxState,
  ): void {
    const said = { user_id, version, unread_count, unseen_count, scopes };
    const { state } = entriesOf(user_id)[version - 1] ?? {};
    if (state ? !isDeepStrictEqual(said, state) : version > 0 || unread_count > 0) {
      const detail = `${where} says ${JSON.stringify(said)}, and it was ${JSON.stringify(state)}`;
      violate('counts are exact at every version', detail);
    }
  }

  /** Whether notifications of this type do not come to the user. */
  function isOff(user_id: string, type: unknown): boolean {
    const known = ruleOf(type);
    if (!known || known.rule.critical) return false;
    return !(choices.get(user_id)?.get(known.name) ?? known.rule.default !== 'off');
  }

  return {
    violations,
    violate,
    commit,
    /** The highest position that any notification of the user has had, whatever has become of it. */
    newestPosition: (user_id: string): number =>
      Math.max(0, ...entriesOf(user_id).map(({ row }) => row?.position ?? 0)),
    /**
     * A create has made a row, or was found to have made it. The producer has written its own key into the body, so that
     * whatever becomes of the key on the way does not matter here.
     */
    stored({ body: key, metadata }: NotificationContent, id: number, inbox: ChangedInbox, isRepeat: boolean) {
      const { user_id } = inbox;
      if (!isRepeat && isOff(user_id, metadata.type)) {
        violate('switched off leaves nothing', `${nameOf(user_id)} got ${id}, of a type that is off`);
      }
      const entry = entriesOf(user_id)[inbox.version - 1];
      if (isRepeat && entry) entry.isRepeated = true;
      const first = keys.get(`${user_id} ${key}`) ?? id;
      keys.set(`${user_id} ${key}`, first);
      if (first !== id) violate('one row for a key', `${key} of ${nameOf(user_id)} made ${first} and ${id}`);
    },
    /** A create has made nothing for this user. */
    suppressed({ user_id, version }: ChangedInbox, { metadata }: NotificationContent): void {
      if (!isOff(user_id, metadata.type) || version !== entriesOf(user_id).length) {
        violate('switched off leaves nothing', `a ${metadata.type} was kept from ${nameOf(user_id)}`);
      }
    },
    chosen(user_id: string, { on, off }: Choices): void {
      const chosen = choices.get(user_id) ?? new Map<string, boolean>();
      choices.set(user_id, chosen);
      for (const type of on) chosen.set(type, true);
      for (const type of off) chosen.set(type, false);
      trace?.(`${nameOf(user_id)} switches on [${on}], off [${off}]`);
    },
    /** The service has answered this to a user. */
    answered(user_id: string, answer: object): void {
      if (!('unread_count' in answer)) return;
      // An answer with counts is the state of an inbox.
      const state = answer as InboxState;
      if (state.user_id !== user_id)
        violate('only one’s own', `an answer to ${nameOf(user_id)} is of another`);
      checkState('an answer', state);
    },
    /** Retention has deleted a row, and with it its key: whoever repeats the create now makes another. */
    deleted(user_id: string, id: number): void {
      erased.add(id);
      for (const known of [keys, acknowledged]) {
        for (const [who, row] of known) if (row === id && who.startsWith(user_id)) known.delete(who);
      }
    },
    /** A producer was told that its create has gone through. */
    acknowledge(user_id: string, key: string, id: number): void {
      // An answer may come so late that retention was there before.
      if (!erased.has(id)) acknowledged.set(`${user_id} ${key}`, id);
    },
    /** A frame is on its way to a connection of this user. */
    pushed(user_id: string, frame: PushedFrame): void {
      const isForeign = 'notification' in frame && frame.notification.user_id !== user_id;
      if (isForeign || frame.user_id !== user_id) {
        violate('only one’s own', `${JSON.stringify(frame)} was posted to ${nameOf(user_id)}`);
        return;
      }
      if (frame.type === 'preferences.changed') return;
      checkState('a frame', frame);
      const entry = entriesOf(user_id)[frame.version - 1];
      const isFull = frame.type !== 'inbox.changed';
      const isBurst = isFull && !entry?.isRepeated && (entry?.burst_count ?? 0) > limits.fullFramesPerBurst;
      if (!entry || !isTrue(entry, frame) || isBurst) {
        const said = JSON.stringify(frame);
        violate('frames tell the truth', `${said} to ${nameOf(user_id)}, who had ${JSON.stringify(entry)}`);
      }
    },
    checkAcknowledged(): void {
      for (const [who, id] of acknowledged) {
        if (keys.get(who) !== id) {
          violate(
            'acknowledged is stored',
            `${who} was acknowledged as ${id} and stored as ${keys.get(who)}`,
          );
        }
      }
    },
  };
}

/** The digit that tells the users of a simulation apart. */
export const nameOf = (user_id: string): string => `user ${user_id.slice(-1)}`;
