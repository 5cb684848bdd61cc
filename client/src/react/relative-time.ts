import { useSyncExternalStore } from 'react';
import { useNotificationClient } from './provider.tsx';

const refreshEveryMs = 15_000;

/**
 * The service's time, as well as the client knows it; at most 15 seconds old. Null while a server renders and a browser
 * hydrates: the two have different clocks, languages and time zones, so nothing in the first paint may depend on them.
 */
export function useNow(): number | null {
  const { now } = useNotificationClient();
  // Rounded, because React asks more than once and must get the same value.
  const getNow = () => Math.floor(now() / refreshEveryMs) * refreshEveryMs;
  return useSyncExternalStore(subscribe, getNow, () => null);
}

/** "3 min. ago" for the last week, the date for older times. A time in the future, from a wrong clock, is "now". */
export function relativeTime(iso: string, now: number, locale: string | undefined): string {
  const day = 86_400;
  const age = (now - Date.parse(iso)) / 1_000;
  // A time that is none has no age, and must not throw: it would take the list with it.
  if (!(age < 7 * day)) return new Date(iso).toLocaleDateString(locale, { dateStyle: 'medium' });
  const [unit, seconds]: [Intl.RelativeTimeFormatUnit, number] =
    age < 60
      ? ['second', Infinity]
      : age < 3_600
        ? ['minute', 60]
        : age < day
          ? ['hour', 3_600]
          : ['day', day];
  // `auto` says "now". For days it would say "yesterday", which is wrong for 47 hours.
  const numeric = age < 60 ? 'auto' : 'always';
  const format = new Intl.RelativeTimeFormat(locale, { numeric, style: 'short' });
  return format.format(-Math.floor(age / seconds), unit);
}

function subscribe(tick: () => void) {
  const timer = setInterval(tick, refreshEveryMs);
  return () => clearInterval(timer);
}
