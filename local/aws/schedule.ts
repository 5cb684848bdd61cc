/** When a schedule falls due next, after a moment; both in milliseconds since the epoch. Undefined: never again. */
export type Schedule = (after: number) => number | undefined;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Long enough for a 29th of February in any century. */
const searchedDays = 9 * 366;

/**
 * Reads a rule's `rate(…)` or `cron(…)`, which is in UTC. Throws on anything else, and on the wildcards `L`, `W` and `#`
 * that are not honoured here, naming it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
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

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function parseCron(fields: string[], expression: string): Schedule {
  const [minute, hour, day, month, weekday, year] = fields;
  if (fields.length !== 6 || !minute || !hour || !day || !month || !weekday || !year) {
    throw unsupported(expression, 'a cron expression has six fields');
  }
  if ((day === '?') === (weekday === '?')) {
    throw unsupported(expression, 'exactly one of day-of-month and day-of-week must be ?');
  }
  const values = (field: string, first: number, last: number, names: string[] = []) =>
    valuesOf(field, { first, last, names, expression });
  const minutes = values(minute, 0, 59);
  const hours = values(hour, 0, 23);
  const isDay = values(day, 1, 31);
  const isMonth = values(month, 1, 12, months);
  const isWeekday = values(weekday, 1, 7, weekdays);
  const isYear = values(year, 1970, 2199);

  return (after) => {
    const firstDay = Math.floor(after / dayMs) * dayMs;
    for (let start = firstDay; start < firstDay + searchedDays * dayMs; start += dayMs) {
      const date = new Date(start);
      const isDue =
        isYear.includes(date.getUTCFullYear()) &&
        isMonth.includes(date.getUTCMonth() + 1) &&
        isDay.includes(date.getUTCDate()) &&
        isWeekday.includes(date.getUTCDay() + 1);
      if (!isDue) continue;
      const times = hours.flatMap((at) => minutes.map((past) => start + (at * 60 + past) * minuteMs));
      const due = times.find((time) => time > after);
      if (due !== undefined) return due;
    }
    return undefined;
  };
}

/** The values of a field, in their order: `*`, `?`, `5`, `MON-FRI`, `0/15`, and lists of these. */
function valuesOf(
  field: string,
  { first, last, names, expression }: { first: number; last: number; names: string[]; expression: string },
): number[] {
  const numberOf = (text: string): number => {
    const name = names.indexOf(text.toUpperCase());
    const number = name >= 0 ? name + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= first && number <= last) return number;
    throw unsupported(expression, `${text} is no value from ${first} to ${last}`);
  };
  const isValue = new Set(
    field.split(',').flatMap((part) => {
      const [range = '', step] = part.split('/');
      const [from, to] = ['*', '?'].includes(range) ? [first, last] : range.split('-').map(numberOf);
      const end = to ?? (step === undefined ? from : last);
      const by = step === undefined ? 1 : numberOf(step);
      const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      return all.filter(
        (value) =>
          from !== undefined &&
          end !== undefined &&
          value >= from &&
          value <= end &&
          (value - from) % by === 0,
      );
    }),
  );
  return [...isValue].sort((a, b) => a - b);
}

function unsupported(expression: string, why: string): Error {
  return new Error(
    `The schedule ${expression} is not supported locally: ${why}. Rewrite it, or teach local/aws/schedule.ts this form.`,
  );
}
