import { afterEach, describe, expect, it, vi } from 'vitest';
import { snoozeTimes, wakeTime } from '../../../client/src/react/snooze-times.ts';

afterEach(() => vi.unstubAllEnvs());

/** What the choices are at a time of a zone, as UTC. */
function choicesAt(zone: string, now: string) {
  vi.stubEnv('TZ', zone);
  return snoozeTimes(Date.parse(now)).map(
    ([choice, until]) => `${choice} ${until.toISOString().slice(0, 16)}`,
  );
}

describe('the times of the snooze menu', () => {
  it.each([
    [
      'on a Tuesday morning',
      ['Europe/Berlin', '2026-12-01T08:30Z'],
      [
        'hour 2026-12-01T09:30',
        'evening 2026-12-01T17:00',
        'tomorrow 2026-12-02T08:00',
        'week 2026-12-07T08:00',
      ],
    ],
    [
      'at an hour before the evening, which is in an hour',
      ['Europe/Berlin', '2026-12-01T16:00Z'],
      ['hour 2026-12-01T17:00', 'tomorrow 2026-12-02T08:00', 'week 2026-12-07T08:00'],
    ],
    [
      'a minute before that',
      ['Europe/Berlin', '2026-12-01T15:59Z'],
      [
        'hour 2026-12-01T16:59',
        'evening 2026-12-01T17:00',
        'tomorrow 2026-12-02T08:00',
        'week 2026-12-07T08:00',
      ],
    ],
    [
      'late in the evening, of which an hour is on the next day',
      ['Europe/Berlin', '2026-12-01T22:45Z'],
      ['hour 2026-12-01T23:45', 'tomorrow 2026-12-02T08:00', 'week 2026-12-07T08:00'],
    ],
    [
      'just after midnight, when tomorrow is the next day of the calendar',
      ['Europe/Berlin', '2026-12-01T23:10Z'],
      [
        'hour 2026-12-02T00:10',
        'evening 2026-12-02T17:00',
        'tomorrow 2026-12-03T08:00',
        'week 2026-12-07T08:00',
      ],
    ],
    [
      'on a Sunday, when the Monday of tomorrow is no other choice',
      ['Europe/Berlin', '2026-12-06T09:00Z'],
      [
        'hour 2026-12-06T10:00',
        'evening 2026-12-06T17:00',
        'tomorrow 2026-12-07T08:00',
        'week 2026-12-14T08:00',
      ],
    ],
    [
      'on a Monday',
      ['Europe/Berlin', '2026-12-07T09:00Z'],
      [
        'hour 2026-12-07T10:00',
        'evening 2026-12-07T17:00',
        'tomorrow 2026-12-08T08:00',
        'week 2026-12-14T08:00',
      ],
    ],
    [
      'on a Saturday before a day of 23 hours',
      ['Europe/Berlin', '2026-03-28T09:00Z'],
      [
        'hour 2026-03-28T10:00',
        'evening 2026-03-28T17:00',
        'tomorrow 2026-03-29T07:00',
        'week 2026-03-30T07:00',
      ],
    ],
    [
      'an hour before the clocks go forward',
      ['Europe/Berlin', '2026-03-29T00:30Z'],
      [
        'hour 2026-03-29T01:30',
        'evening 2026-03-29T16:00',
        'tomorrow 2026-03-30T07:00',
        'week 2026-04-06T07:00',
      ],
    ],
    [
      'on a Saturday before a day of 25 hours',
      ['America/New_York', '2026-10-31T14:00Z'],
      [
        'hour 2026-10-31T15:00',
        'evening 2026-10-31T22:00',
        'tomorrow 2026-11-01T14:00',
        'week 2026-11-02T14:00',
      ],
    ],
    [
      'on the last day of a year, in a zone that is half an hour off',
      ['Asia/Kolkata', '2026-12-31T05:00Z'],
      [
        'hour 2026-12-31T06:00',
        'evening 2026-12-31T12:30',
        'tomorrow 2027-01-01T03:30',
        'week 2027-01-04T03:30',
      ],
    ],
  ])('are right %s', (_, [zone = '', now = ''], expected) => {
    expect(choicesAt(zone, now)).toEqual(expected);
  });

  it('are never less than an hour away, at any minute of a year', () => {
    vi.stubEnv('TZ', 'America/St_Johns');
    for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2027, 0, 1); now += 37 * 60_000) {
      const times = snoozeTimes(now).map(([, until]) => until.getTime() - now);
      expect(Math.min(...times)).toBe(3_600_000);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(times).size).toBe(times.length);
      expect(times.at(-1)).toBeLessThanOrEqual(9 * 86_400_000);
    }
  });
});

describe('the time of waking', () => {
  it.each([
    ['the time alone today', '2026-12-01T18:00', 'en-GB', '18:00'],
    ['with the weekday tomorrow', '2026-12-02T09:00', 'en-GB', 'Wed 09:00'],
    ['with the weekday in six days', '2026-12-07T09:00', 'de', 'Mo., 09:00'],
    ['with the date in a week', '2026-12-08T09:00', 'en-GB', '8 Dec, 9:00'],
    ['with the date if it is past, by a clock that is wrong', '2026-11-30T09:00', 'en-US', 'Nov 30, 9:00 AM'],
  ])('is %s', (_, until, locale, text) => {
    const shown = wakeTime(new Date(until), new Date('2026-12-01T12:00').getTime(), locale);
    // Some versions of ICU have narrow spaces.
    expect(shown.replace(/\s/g, ' ')).toBe(text);
  });
});
