/** The next time of a schedule after a moment, both in milliseconds since the epoch. Undefined: never again. */
export type Schedule = (after: number) => number | undefined;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Long enough for a 29th of February in any century. */
const searchedDays = 9 * 366;

/**
 * Reads the schedule of a rule: `rate(…)`, or `cron(…)` in UTC. A field of `cron` is a number, `*` or `?`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @throws Error that names the schedule and the part that is not supported, such as lists, ranges, names, `L`, `W`, `#`
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, argument = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(argument, expression);
  if (kind === 'cron') return parseCron(argument.split(/\s+/), expression);
  throw unsupported(expression, 'it is neither a rate nor a cron expression');
}

const unitsMs: Record<string, number> = { minute: minuteMs, hour: 60 * minuteMs, day: dayMs };

function parseRate(argument: string, expression: string): Schedule {
  const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  const everyMs = Number(count) * (unitsMs[unit] ?? Number.NaN);
  if (Number.isNaN(everyMs)) throw unsupported(expression, 'a rate is a number and minutes, hours or days');
  // AWS insists on the grammar.
  if ((count === '1') === (plural === 's')) throw unsupported(expression, 'its unit has the wrong number');
  return (after) => after + everyMs;
}

function parseCron(fields: string[], expression: string): Schedule {
  const [minute, hour, day, month, weekday, year] = fields;
  if (fields.length !== 6 || !minute || !hour || !day || !month || !weekday || !year) {
    throw unsupported(expression, 'a cron expression has six fields');
  }
  if ((day === '?') === (weekday === '?')) {
    throw unsupported(expression, 'exactly one of day-of-month and day-of-week must be ?');
  }
  const values = (field: string, first: number, last: number) => valuesOf(field, { first, last, expression });
  const minutes = values(minute, 0, 59);
  const hours = values(hour, 0, 23);
  const days = values(day, 1, 31);
  const months = values(month, 1, 12);
  const weekdays = values(weekday, 1, 7);
  const years = values(year, 1970, 2199);

  return (after) => {
    const firstDay = Math.floor(after / dayMs) * dayMs;
    for (let start = firstDay; start < firstDay + searchedDays * dayMs; start += dayMs) {
      const date = new Date(start);
      const isDue =
        years.includes(date.getUTCFullYear()) &&
        months.includes(date.getUTCMonth() + 1) &&
        days.includes(date.getUTCDate()) &&
        weekdays.includes(date.getUTCDay() + 1);
      if (!isDue) continue;
      const times = hours.flatMap((at) => minutes.map((past) => start + (at * 60 + past) * minuteMs));
      const due = times.find((time) => time > after);
      if (due !== undefined) return due;
    }
    return undefined;
  };
}

/** The values of a field in their order: all of them for `*` and `?`, else the one number. */
function valuesOf(
  field: string,
  { first, last, expression }: { first: number; last: number; expression: string },
): number[] {
  if (field === '*' || field === '?') return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const value = /^\d+$/.test(field) ? Number(field) : Number.NaN;
  if (value >= first && value <= last) return [value];
  throw unsupported(expression, `${field} must be *, ? or a number from ${first} to ${last}`);
}

function unsupported(expression: string, why: string): Error {
  return new Error(
    `The schedule ${expression} is not supported locally: ${why}. Write it in another form, or add this form to local/aws/schedule.ts.`,
  );
}
