import { expect, it } from 'vitest';
import { isMet } from '../../bench/budgets.ts';
import { resultsOf, tableOf } from '../../bench/report.ts';

const measured = (budget: 'create.cpu.0' | 'create.cpu.5' | 'create.database', value: number) => ({
  budget,
  value,
  low: value - 0.2,
  high: value + 0.2,
  blocks: 30,
});

it('a table says in the order of the budgets what is met, and asks if the target is within the interval', () => {
  const table = tableOf([
    measured('create.database', 2),
    measured('create.cpu.5', 1.9),
    { ...measured('create.cpu.0', 1.6), from: '1.60 : 1.00 ms' },
  ]);
  expect(table.split('\n').slice(1)).toEqual([
    'create, 0 sockets: CPU     2.60 ×  1.60 ×    1.40 – 1.80  ≤ 1.60 ×  met?     1.60 : 1.00 ms',
    'create, 5 sockets: CPU     2.80 ×  1.90 ×    1.70 – 2.10  ≤ 1.60 ×  NOT MET',
    'create: CPU of PostgreSQL  –       2.00 ×    1.80 – 2.20  –',
  ]);
});

it('results say where they were measured, and do not name the machine', () => {
  const results = resultsOf([measured('create.cpu.0', 1.7)], {
    date: new Date(0),
    isQuick: true,
    seed: 3,
  });
  expect(results).toEqual({
    date: '1970-01-01T00:00:00.000Z',
    machine: {
      processor: expect.any(String),
      cores: expect.any(Number),
      node: process.version,
      load: expect.any(Number),
    },
    quick: true,
    seed: 3,
    results: [
      { ...measured('create.cpu.0', 1.7), unit: '×', target: { atMost: 1.6 }, met: false, certain: false },
    ],
  });
});

it('a target may be a least value', () => {
  expect([isMet({ atLeast: 0.7 }, 0.7), isMet({ atLeast: 0.7 }, 0.69), isMet(undefined, 1)]).toEqual([
    true,
    false,
    undefined,
  ]);
});
