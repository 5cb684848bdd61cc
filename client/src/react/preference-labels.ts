import type { NotificationError } from '../error.ts';

/** Every text of the panel but those of the types. */
export interface PreferenceLabels {
  /** Heading of the panel, and its name for screen readers. */
  title: string;
  /** Shown at a type that cannot be switched off. */
  critical: string;
  /** The name of a type that has none. */
  name(type: string): string;
  /** Instead of the list if there is no type. */
  empty: string;
  loading: string;
  /** Instead of the list if it could not be loaded, beside the button that tries again. */
  failed(error: NotificationError): string;
  retry: string;
  /** Below the list if a change was not made, for which the switch is back. Screen readers announce it. */
  notChanged(name: string, error: NotificationError): string;
}

export const defaultPreferenceLabels: PreferenceLabels = {
  title: 'Notification settings',
  critical: 'Always on, because you need to know this.',
  // `booking_confirmed` is “Booking confirmed”.
  name(type) {
    const words = type.replace(/[^\p{L}\p{N}]+/gu, ' ').trim() || type;
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  empty: 'There is nothing to choose',
  loading: 'Loading…',
  failed: () => 'Your settings could not be loaded',
  retry: 'Try again',
  notChanged: (name) => `“${name}” could not be changed. Try again.`,
};
