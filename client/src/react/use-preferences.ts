import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useNotificationEvent, useNotifications } from './hooks.ts';
import { createPreferenceStore, type PreferencesSnapshot, unknownPreferences } from './preference-store.ts';
import { useNotificationClient } from './provider.tsx';

export interface UsePreferences extends PreferencesSnapshot {
  /** Switches a type on or off. It shows at once. Resolves to whether it worked; if not, it shows no longer. */
  set(type: string, enabled: boolean): Promise<boolean>;
  /** Asks the service again, as after an error. */
  refresh(): Promise<void>;
}

/**
 * Which types of notifications the signed-in user gets. It follows the other tabs and devices of the user.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const { types, set } = usePreferences();
 * const wantsOffers = types?.promo?.enabled;
 */
export function usePreferences(): UsePreferences {
  const client = useNotificationClient();
  const inbox = useNotifications();
  const { userId } = inbox;
  const isLive = inbox.status === 'live';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the preferences of another user are others
  const store = useMemo(() => createPreferenceStore(client), [client, userId]);
  const { subscribe, getSnapshot, load, set } = store;
  const preferences = useSyncExternalStore(subscribe, getSnapshot, () => unknownPreferences);
  // biome-ignore lint/correctness/useExhaustiveDependencies: while it was not live, it may have missed a change
  useEffect(() => {
    // Until the user is known, the client tells why it is not.
    if (userId) load();
  }, [userId, load, isLive]);
  useNotificationEvent('preferences', load);
  const refresh = useCallback(() => (userId ? load() : client.refresh()), [client, userId, load]);
  const error = userId ? preferences.error : inbox.error;
  return useMemo(() => ({ ...preferences, error, set, refresh }), [preferences, error, set, refresh]);
}
