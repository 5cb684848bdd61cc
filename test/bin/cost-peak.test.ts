import { describe, expect, it } from 'vitest';
import { peakOf } from '../../bin/cost/peak.ts';
import { peakTable, usageOf } from '../../bin/cost/reach.ts';

// 28,800 users: as many as a working day of eight hours has seconds.
const usage = { ...usageOf(28_800), days: 25 };

describe('The busiest hour', () => {
  const peak = peakOf(usage);

  it('has the sockets of a quarter of the users, two of eight hours each, with a ping each 50 seconds', () => {
    expect(peak.sockets).toBe(7_200);
    expect(peak.pings).toBe(144);
  });

  it('has eight new sockets of each user a day, twice as fast as the other hours', () => {
    expect(peak.connects).toBeCloseTo(16);
    expect(peak.tableWrites).toBeCloseTo(64);
    expect(peakOf({ ...usage, tokenMinutes: 60 }).connects).toBeCloseTo(4);
  });

  it('has two creates and two marks of each user a day, and a post for each', () => {
    expect(peak.creates).toBeCloseTo(4);
    expect(peak.posts).toBeCloseTo(8);
  });

  it('has five reads and eight syncs of each user a day', () => {
    expect(peak.statements).toBeCloseTo(4 + 4 + 2 * 13);
  });

  it('sends API Gateway requests with their preflights, new sockets, pings and posts', () => {
    expect(peak.apiRequests).toBeCloseTo(2 * (26 + 4) + 16 + 144 + 8);
  });

  it('keeps connections busy for 50 ms with a create or a mark, and for 20 ms with a read', () => {
    expect(peak.writers).toBeCloseTo(8 * 0.05);
    expect(peak.readers).toBeCloseTo(26 * 0.02);
    // Beside them, 60 ms for each socket that opens and closes, and 5 ms of the authorizer for each request.
    expect(peak.environments).toBeCloseTo(0.4 + 0.52 + 16 * 0.06 + 30 * 0.005);
  });

  it('adds to the rows of a year', () => {
    expect(peak.rows).toBeCloseTo(28_800 * 50 * 12);
  });
});

describe('The table of the busiest hour', () => {
  const row = (name: string) =>
    peakTable()
      .split('\n')
      .find((line) => line.startsWith(`| ${name} `)) ?? '';

  it('marks what is above a limit', () => {
    expect(row('new sockets a second')).toMatch(/ 5\.6 .* \*\*556\*\* .* \*\*5,560\*\* .* 500 /);
  });

  it('marks nothing that has no limit', () => {
    expect(row('pings a second')).not.toContain('**');
  });
});
