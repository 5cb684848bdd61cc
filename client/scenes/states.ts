import { NotificationError } from '../src/error.ts';
import { createFakeClient } from './fake-client.ts';
import { asleep, living, mixed, numbered, rows } from './inboxes.ts';

/** What a page with one bell shows. */
export interface Scene {
  /** Default: `filled`. */
  state?: SceneState | undefined;
  theme?: 'light' | 'dark' | undefined;
  /** For a content security policy that wants one. */
  nonce?: string | undefined;
  /** Whether the page is rendered as by a server first, and then hydrated. */
  isHydrated?: boolean | undefined;
  /** Whether the inbox opens at once. */
  isOpen?: boolean | undefined;
}

export type SceneState = keyof typeof states;

export const states = {
  filled: () => createFakeClient(rows()),
  grouped: () => createFakeClient(rows()),
  toasts: () => createFakeClient(rows().map((row) => ({ ...row, status: 'read' }))),
  mixed: () => createFakeClient(rows(mixed)),
  undo: () => createFakeClient(rows()),
  many: () =>
    createFakeClient(numbered(900, 20), { older: numbered(880, 40), unreadCount: 240, unseenCount: 240 }),
  read: () => createFakeClient(rows().map((row) => ({ ...row, status: 'read' }))),
  empty: () => createFakeClient(),
  loading: () => createFakeClient([], { isLoading: true, status: 'connecting' }),
  failed: () => createFakeClient([], { error: new NotificationError('internal', 'broken', { status: 500 }) }),
  refused: () => createFakeClient(rows(), { error: new NotificationError('network', 'no answer') }),
  offline: () => createFakeClient(rows(), { status: 'offline' }),
  unreachable: () => createFakeClient(rows(), { status: 'unreachable' }),
  unauthenticated: () => createFakeClient([], { status: 'unauthenticated' }),
  polling: () => createFakeClient(rows(), { status: 'polling' }),
  living: () => createFakeClient(living()),
  snoozing: () => createFakeClient(living()),
  snoozed: () => createFakeClient(living()),
  asleep: () => createFakeClient(asleep(), { filter: { status: ['snoozed'] } }),
  taken: () => createFakeClient(living()),
  everybody: () => createFakeClient(living()),
  everybodyFailed: () => createFakeClient(living()),
  preferences: () => createFakeClient(rows()),
  preferencesRefused: () => {
    const fake = createFakeClient(rows());
    fake.service.setPreferences = () => Promise.reject(new NotificationError('network', 'no answer'));
    return fake;
  },
};

declare global {
  interface Window {
    /** What the page shows; it is set before this script runs. */
    scene: Scene;
    /** Where opened notifications led. */
    opened: string[];
    fake: ReturnType<typeof createFakeClient>;
  }
}
