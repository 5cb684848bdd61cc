/** AWS's calculators take a month of 730 hours, a twelfth of a year. */
export const hoursOfMonth = 730;

export const daysOfMonth = hoursOfMonth / 24;

export const minutesOfMonth = hoursOfMonth * 60;

export const secondsOfMonth = minutesOfMonth * 60;

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };

/**
 * How often a schedule runs in a month.
 * @param expression of a rule of EventBridge, such as `rate(5 minutes)`. Undefined: it has no schedule
 * @throws Error if it is neither a rate nor once a day
 */
export function runsAMonth(expression: string | undefined): number {
  if (expression === undefined) return 0;
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = minutesOf[unit];
  if (minutes !== undefined) return minutesOfMonth / (Number(count) * minutes);
  if (/^cron\(\d+ \d+ \* \* \? \*\)$/.test(expression)) return daysOfMonth;
  throw new Error(
    `bin/cost does not know how often ${expression} runs. Add it to runsAMonth in bin/cost/month.ts.`,
  );
}
