import { useSyncExternalStore } from 'react';

const refreshEveryMs = 15_000;
const secondsPerDay = 86_400;
const units = [
  ['day', secondsPerDay],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/**
 * The time, a few seconds old at most, or null while a server renders and a browser hydrates: the two differ in clock,
 * language and time zone, so nothing that depends on them may be in the first paint.
 */
export function useNow(): number | null {
  return useSyncExternalStore(subscribe, getNow, () => null);
}

/** "3 min. ago" for the last week and the day before that; what lies in the future by a wrong clock is "now". */
export function relativeTime(iso: string, now: number, locale: string | undefined): string {
  const age = (now - Date.parse(iso)) / 1_000;
  if (age >= 7 * secondsPerDay) return new Date(iso).toLocaleDateString(locale, { dateStyle: 'medium' });
  const [unit, seconds] = units.find(([, seconds]) => age >= seconds) ?? ['second', Infinity];
  // "now", but not "yesterday", which 47 hours ago was not.
  const numeric = age < 60 ? 'auto' : 'always';
  const format = new Intl.RelativeTimeFormat(locale, { numeric, style: 'short' });
  return format.format(-Math.floor(age / seconds), unit);
}

function subscribe(tick: () => void) {
  const timer = setInterval(tick, refreshEveryMs);
  return () => clearInterval(timer);
}

/** Rounded, since React asks more than once and must hear the same. */
function getNow() {
  return Math.floor(Date.now() / refreshEveryMs) * refreshEveryMs;
}

/** The page's own language; undefined, for the browser's, where there is none or a wrong one. */
export function pageLocale(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}
