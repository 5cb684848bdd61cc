import type { NotificationError } from '../error.ts';
import { getPreferences, setPreferences } from '../preferences.ts';
import type { NotificationClient } from '../types.ts';
import type { Preferences } from '../wire.ts';

/** The preferences of the signed-in user. A snapshot never changes: each change makes a new one. */
export interface PreferencesSnapshot {
  /** By `metadata.type`, with the user's own changes as if they were made. Null until they are known. */
  types: Preferences['types'] | null;
  /** Why they could not be loaded, or why the last change was not made. */
  error: NotificationError | null;
}

export const unknownPreferences: PreferencesSnapshot = { types: null, error: null };

/**
 * The preferences of one user. A change shows at once, and is sent after those before it, so that the last one wins at the
 * service too. If it fails, it shows no longer.
 */
export function createPreferenceStore(client: NotificationClient) {
  const { userId } = client.getSnapshot();
  const subscribers = new Set<() => void>();
  let held: Preferences | undefined;
  /** What the user has switched and the service has not answered. */
  let changes: { type: string; enabled: boolean }[] = [];
  let error: NotificationError | null = null;
  let snapshot = unknownPreferences;
  /** The question for all preferences that is under way. */
  let asked: Promise<void> | undefined;
  /** Whether its answer may be older than what is known by now. */
  let isOutdated = false;
  let delivery = Promise.resolve(true);

  function publish(): void {
    const types = held && { ...held.types };
    for (const { type, enabled } of changes) {
      if (types?.[type]) types[type] = { ...types[type], enabled };
    }
    snapshot = { types: types ?? null, error };
    for (const subscriber of subscribers) subscriber();
  }

  async function ask(): Promise<void> {
    do {
      isOutdated = false;
      try {
        const answer = await getPreferences(client);
        if (isOutdated) continue;
        if (!held) error = null;
        held = answer;
      } catch (reason) {
        // What is known stays, and is asked for again later. The cast: the client rejects with nothing else.
        if (!held) error = reason as NotificationError;
      }
    } while (isOutdated);
    asked = undefined;
    publish();
  }

  return {
    subscribe(subscriber: () => void) {
      subscribers.add(subscriber);
      return () => void subscribers.delete(subscriber);
    },
    getSnapshot: () => snapshot,
    /** Asks the service, once more if a question is under way, whose answer may be too old. Never rejects. */
    load(): Promise<void> {
      isOutdated = true;
      asked ??= ask();
      return asked;
    },
    /** Switches a type on or off. Resolves to whether that worked, and never rejects. */
    set(type: string, enabled: boolean): Promise<boolean> {
      const change = { type, enabled };
      const settle = (outcome: NotificationError | null) => {
        error = outcome;
        isOutdated = true;
        changes = changes.filter((each) => each !== change);
        publish();
        return !outcome;
      };
      changes.push(change);
      error = null;
      publish();
      delivery = delivery.then(async () => {
        try {
          // Another user has signed in meanwhile.
          if (client.getSnapshot().userId !== userId) return false;
          held = await setPreferences(client, { [type]: enabled });
          return settle(null);
        } catch (reason) {
          return settle(reason as NotificationError);
        }
      });
      return delivery;
    },
  };
}
