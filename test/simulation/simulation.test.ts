import { describe, expect, it } from 'vitest';
import { runSeeds } from './fleet.ts';
import { regressions } from './regressions.ts';
import { createSchedule } from './schedule.ts';
import { simulate } from './simulation.ts';
import { tell, tellSeed } from './tell.ts';

/** SIMULATE_SCHEDULES=100000 runs more of them. */
const schedules = Number(process.env.SIMULATE_SCHEDULES ?? 10_000);

describe('Whatever breaks', () => {
  it(`every promise is kept in ${schedules} schedules`, { timeout: 1_800_000 }, async () => {
    const { ran, failures } = await runSeeds({ from: 0, to: schedules });
    const [first] = failures;
    expect(first && (await tellSeed(first.seed))).toBeUndefined();
    expect(ran).toBe(schedules);
  });

  it.each(regressions)('$name', async ({ schedule }) => {
    const { violations } = await simulate(schedule);
    expect(violations.length > 0 ? await tell(schedule) : '').toBe('');
  });

  it('the same seed makes the same world', async () => {
    const once = await simulate(createSchedule(7), { trace: true });
    const again = await simulate(createSchedule(7), { trace: true });
    expect(once.lines.length).toBeGreaterThan(50);
    expect(again).toEqual(once);
  });
});
