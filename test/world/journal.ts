import { isDeepStrictEqual } from 'node:util';
import type { InboxFrame } from '../../functions/core/frames.ts';
import { limits } from '../../functions/core/limits.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';

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
  'at once',
  'announced once',
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

/** One committed change of one inbox. */
export interface Entry {
  kind: 'create' | 'mark' | 'read_all' | 'purge';
  unread_count: number;
  burst_count: number;
  /** The row that was created or marked, as it was then. */
  row?: Notification;
  before_id?: number | null;
  /** Its create was repeated, which delivers it again. */
  isRepeated?: boolean;
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

  function commit(user_id: string, version: number, entry: Entry): void {
    const entries = entriesOf(user_id);
    entries.push(entry);
    trace?.(`commit ${nameOf(user_id)} version ${version}: ${entry.kind} ${entry.row?.id ?? ''}`);
    if (version !== entries.length) {
      violate('versions are contiguous', `${nameOf(user_id)} went to ${version}, not ${entries.length}`);
    }
  }

  function isTrue(entry: Entry, frame: InboxFrame): boolean {
    if (frame.unread_count !== entry.unread_count) return false;
    switch (frame.type) {
      case 'inbox.changed':
        return true;
      case 'inbox.read_all':
        return entry.kind === 'read_all' && frame.before_id === entry.before_id;
      case 'notification.created':
        return entry.kind === 'create' && isDeepStrictEqual(frame.notification, entry.row);
      case 'notification.updated':
        return entry.kind === 'mark' && isDeepStrictEqual(frame.notification, entry.row);
    }
  }

  return {
    violations,
    violate,
    commit,
    /**
     * A create has made a row, or was found to have made it. The producer has written its own key into the body, so that
     * whatever becomes of the key on the way does not matter here.
     */
    stored({ user_id, id, body: key }: Notification, inbox: ChangedInbox, created: boolean) {
      const entry = entriesOf(user_id)[inbox.version - 1];
      if (!created && entry) entry.isRepeated = true;
      const first = keys.get(`${user_id} ${key}`) ?? id;
      keys.set(`${user_id} ${key}`, first);
      if (first !== id) violate('one row for a key', `${key} of ${nameOf(user_id)} made ${first} and ${id}`);
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
    pushed(user_id: string, frame: InboxFrame): void {
      const isForeign = 'notification' in frame && frame.notification.user_id !== user_id;
      if (isForeign || frame.user_id !== user_id) {
        violate('only one’s own', `${JSON.stringify(frame)} was posted to ${nameOf(user_id)}`);
        return;
      }
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
