import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { hunt } from './fleet.ts';
import { invariants, ofTheModel } from './journal.ts';
import { mutants } from './mutants.ts';

/** As many as a run of the suite has. */
const schedules = 10_000;
const guarantees = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
const limit = pLimit(availableParallelism());

describe.concurrent('The simulation sees that', () => {
  it.each(mutants)('$name', { timeout: 1_800_000 }, async (mutant) => {
    const { failures } = await limit(() => hunt(mutant, schedules));
    expect(failures.flatMap(({ broken }) => broken)).toContain(mutant.caughtBy);
  });
});

describe('Every promise', () => {
  it('is broken by some mistake, unless only the model can break it', () => {
    const broken = new Set(mutants.map(({ caughtBy }) => caughtBy));
    expect(invariants.filter((invariant) => !broken.has(invariant))).toEqual(ofTheModel);
  });

  it('is named in docs/guarantees.md', () => {
    const promises = tableUnder(guarantees, '| Promise').flat().join();
    expect(invariants.filter((invariant) => !promises.includes(`\`${invariant}\``))).toEqual([]);
  });
});

describe('The table of mistakes in docs/guarantees.md', () => {
  it('is that of the mistakes that are made here', () => {
    const rows = mutants.map(({ name, file, caughtBy }) => [name, `\`${file}\``, caughtBy]);
    expect(tableUnder(guarantees, '| Mistake')).toEqual(rows);
  });
});

/** The cells of a table, without its head. */
function tableUnder(text: string, head: string): string[][] {
  const lines = text.slice(text.indexOf(head)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const cellsOf = (line: string) => line.split('|').slice(1, -1);
  return lines.slice(2, end).map((line) => cellsOf(line).map((cell) => cell.trim()));
}
