/** A choice of the snooze menu. The labels have the same names. */
export type SnoozeChoice = 'hour' | 'evening' | 'tomorrow' | 'week';

const hourMs = 3_600_000;
const morning = 9;
const evening = 18;

/**
 * Until when each choice snoozes, in the time zone of this machine, soonest first:
 *
 * - in an hour, to the millisecond
 * - this evening: 18:00 today. Left out if that is not more than an hour away.
 * - tomorrow: 9:00 on the next day of the calendar, also of 23 or 25 hours
 * - next week: 9:00 on the next Monday that is not tomorrow
 *
 * @param now the service's time, in milliseconds since the Unix epoch
 * @example
 * snoozeTimes(client.now()).map(([choice, until]) => `${choice}: ${until.toLocaleString()}`);
 */
export function snoozeTimes(now: number): [choice: SnoozeChoice, until: Date][] {
  const today = new Date(now);
  const at = (days: number, hour: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hour);
  const inAnHour = new Date(now + hourMs);
  // On a Sunday, the Monday of tomorrow is no other choice, so it is the one after.
  const daysToMonday = (8 - today.getDay()) % 7 || 7;
  const thisEvening = at(0, evening);
  return [
    ['hour', inAnHour],
    ...(thisEvening > inAnHour ? [['evening', thisEvening] as [SnoozeChoice, Date]] : []),
    ['tomorrow', at(1, morning)],
    ['week', at(daysToMonday === 1 ? 8 : daysToMonday, morning)],
  ];
}

/**
 * A time to come, as short as it is clear: the time alone if it is today, with the weekday within a week, else with the date.
 *
 * @param locale undefined means the language of the browser
 */
export function wakeTime(until: Date, now: number, locale: string | undefined): string {
  const midnightOf = (time: Date | number) => new Date(time).setHours(0, 0, 0, 0);
  // Rounded, because some days have 23 or 25 hours.
  const days = Math.round((midnightOf(until) - midnightOf(now)) / (24 * hourMs));
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const day: Intl.DateTimeFormatOptions =
    days === 0 ? {} : days > 0 && days < 7 ? { weekday: 'short' } : { day: 'numeric', month: 'short' };
  return until.toLocaleString(locale, { ...day, ...time });
}
