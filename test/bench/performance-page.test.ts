import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Budget, budgets, isCertain, isMet, type Target } from '../../bench/budgets.ts';

/** A row of a table of docs/performance.md that has a target. */
interface Row {
  text: string;
  measured: string;
  interval: string;
  target: string;
  verdict: string;
}

const page = readFileSync(join(import.meta.dirname, '../../docs/performance.md'), 'utf8');
const rows: Row[] = page.split('\n').flatMap((line) => {
  const cells = line.split('|').map((cell) => cell.trim());
  const [, text = '', measured = '', interval = '', target = '', verdict = ''] = cells;
  return cells.length === 7 && /^[≤≥] /.test(target) ? [{ text, measured, interval, target, verdict }] : [];
});

/** A text without the amount of data, of which a quick run has less. */
const withoutAmounts = (text: string) => text.replaceAll(/(?<![p\d])\d[\d,]*(?: million)?/g, 'N');
const all: Budget[] = Object.values(budgets);
const targetOf = (target: NonNullable<Target>, unit: string) =>
  `${'atMost' in target ? `≤ ${target.atMost.toFixed(2)}` : `≥ ${target.atLeast.toFixed(2)}`} ${unit}`;

describe('The page about performance', () => {
  it.each(all.filter(({ target }) => target).map(({ text }) => text))(
    'has a row of the budget: %s',
    (text) => {
      expect(rows.map((row) => withoutAmounts(row.text))).toContain(withoutAmounts(text));
    },
  );

  it.each(rows)('says of its figure whether it is within the budget: $text', (row) => {
    const budget = all.find(({ text }) => withoutAmounts(text) === withoutAmounts(row.text));
    if (!budget?.target) throw new Error(`No budget is about this: ${row.text}`);
    expect(row.target).toBe(targetOf(budget.target, budget.unit));
    const [low = Number.NaN, high = Number.NaN] = row.interval.split(' – ').map(Number);
    const verdict = isMet(budget.target, Number.parseFloat(row.measured)) ? 'met' : '**not met**';
    const doubt = isCertain(budget.target, { low, high }) ? '' : ', within the noise';
    expect(row.verdict).toBe(`${verdict}${doubt}`);
  });
});
