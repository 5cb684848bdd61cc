'use client';

import type { GroupContext } from './settings.tsx';

/**
 * For the prop `groupBy` of the bell and the inbox: headings name the days.
 *
 * @returns “Today”, “Yesterday” or the date, in the time zone of the browser. A time in the future is today.
 * @example
 * <NotificationBell groupBy={byDay} />
 */
export function byDay({ created_at }: { created_at: string }, { now, locale }: GroupContext): string {
  const midnightOf = (time: number | string) => new Date(time).setHours(0, 0, 0, 0);
  // Rounded, because some days have 23 or 25 hours.
  const age = Math.round((midnightOf(now) - midnightOf(created_at)) / 86_400_000);
  if (age > 1) return new Date(created_at).toLocaleDateString(locale, { dateStyle: 'full' });
  const name = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.max(age, 0), 'day');
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}
