import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryParameters } from '../../lib/memory-parameters.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const mebibyte = 1024 ** 2;

/** What RDS leaves to PostgreSQL of 1, 2 and 8 GiB. It is known of the smallest alone, by its 80 connections. */
const smallest = 80 * 9_531_392;
const memories = [smallest, 1_700 * mebibyte, 7_700 * mebibyte];

/**
 * The value of a formula, as RDS computes it: with integers, from the left.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
 */
function computed(formula: string, memory: number): number {
  const [, inner = formula] = /^SUM\((.*)\)$/.exec(formula) ?? [];
  return inner
    .split(',')
    .map((term) => {
      const [, divisor, factor = 1] = /^\{DBInstanceClassMemory\/(\d+)(?:\*(\d+))?\}$/.exec(term) ?? [];
      return divisor ? Math.floor(memory / Number(divisor)) * Number(factor) : Number(term);
    })
    .reduce((sum, term) => sum + term);
}

describe('Each parameter of the memory', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterAll(() => database?.close());

  it.each(Object.entries(memoryParameters))('%s has a value that PostgreSQL takes', async (name, formula) => {
    const [setting] = await database.query<{ unit: string; min_val: string; max_val: string }>(
      'SELECT unit, min_val, max_val FROM pg_settings WHERE name = $1',
      [name],
    );
    expect(setting?.unit).toBe(name === 'shared_buffers' ? '8kB' : 'kB');
    for (const memory of memories) {
      const value = computed(formula, memory);
      expect(value).toBeGreaterThanOrEqual(Number(setting?.min_val));
      expect(value).toBeLessThanOrEqual(Number(setting?.max_val));
    }
  });
});

// The numbers of decision 0034.
it('The smallest instance has buffers of 54 MiB, and less memory for maintenance than RDS’s least 64 MiB', () => {
  const { shared_buffers, maintenance_work_mem, autovacuum_work_mem } = memoryParameters;
  expect(Math.round((computed(shared_buffers, smallest) * 8) / 1024)).toBe(54);
  expect(Math.round(computed(maintenance_work_mem, smallest) / 1024)).toBe(11);
  expect(Math.round(computed(autovacuum_work_mem, smallest) / 1024)).toBe(23);
});
