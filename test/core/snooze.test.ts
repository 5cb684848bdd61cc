import { describe, expect, it } from 'vitest';
import { parseSnooze } from '../../functions/core/snooze.ts';
import { refusalOf } from '../support/refusal.ts';

const now = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(now + ms).toISOString();
const [minute, day] = [60_000, 86_400_000];
const refused = (body: unknown) => refusalOf(() => parseSnooze(body, now));

describe('A snooze', () => {
  it.each([minute, 90 * day])('may end %i ms ahead', (ms) => {
    expect(parseSnooze({ until: at(ms) }, now)).toBe(at(ms));
  });

  it('has its end in UTC', () => {
    expect(parseSnooze({ until: '2026-01-01T09:00:00+02:00' }, now)).toBe('2026-01-01T07:00:00.000Z');
  });

  it.each([minute - 1, 0, -day, 90 * day + 1])('is refused if it ends %i ms ahead, with the time', (ms) => {
    expect(refused({ until: at(ms) })).toEqual({
      until: `must be 1 minute to 90 days ahead; it is ${JSON.stringify(at(ms))}`,
    });
  });

  it.each([
    [undefined, { '': 'The body must be a JSON object' }],
    [[], { '': 'The body must be a JSON object' }],
    [{}, { until: 'is required' }],
    [{ until: null }, { until: expect.stringMatching(/^must be a time/) }],
    [{ until: 'tomorrow' }, { until: expect.stringContaining('it is "tomorrow"') }],
    [{ until: at(day), reason: 'later' }, { reason: 'is not a known field' }],
  ])('is refused with the body %j', (body, errors) => expect(refused(body)).toEqual(errors));
});
