import { describe, expect, it } from 'vitest';
import { runSeeds } from './fleet.ts';
import { regressions } from './regressions.ts';
import { readSample } from './sample.ts';
import { createSchedule } from './schedule.ts';
import { simulate } from './simulation.ts';
import { tell, tellSeed } from './tell.ts';

const { from, to, description } = readSample();

console.log(`Simulated: ${description}`);

describe('Whatever breaks', () => {
  it(`every promise is kept in ${to - from} schedules from seed ${from} on`, {
    timeout: 1_800_000,
  }, async () => {
    const { ran, failures } = await runSeeds({ from, to });
    const [first] = failures;
    expect(first && (await tellSeed(first.seed))).toBeUndefined();
    expect(ran).toBe(to - from);
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
