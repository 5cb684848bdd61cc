import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Measurement } from './benches/bench.ts';
import { type Budget, budgets, isCertain, isMet, type Target } from './budgets.ts';

/** Where a run took place. It does not name the machine. */
export interface Machine {
  processor: string;
  cores: number;
  node: string;
  /** Processes that wanted to run, on average over the last minute. */
  load: number;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
});

/** A run as it is kept in `bench/results`. */
export interface Results {
  date: string;
  machine: Machine;
  quick: boolean;
  seed: number;
  results: (Measurement & {
    unit: string;
    target: Target | null;
    met: boolean | null;
    /** Whether the target lies outside the interval. Otherwise the run does not tell whether it is met. */
    certain: boolean;
  })[];
}

export function resultsOf(
  measurements: readonly Measurement[],
  { date, isQuick, seed }: { date: Date; isQuick: boolean; seed: number },
): Results {
  return {
    date: date.toISOString(),
    machine: machine(),
    quick: isQuick,
    seed,
    results: measurements.map((measurement) => {
      const { unit, target }: Budget = budgets[measurement.budget];
      const met = isMet(target, measurement.value) ?? null;
      return { ...measurement, unit, target: target ?? null, met, certain: isCertain(target, measurement) };
    }),
  };
}

const headers = ['what', 'before', 'measured', '95 %', 'target', '', 'service : floor'];

/** A table to read, in the order of the budgets. */
export function tableOf(measurements: readonly Measurement[]): string {
  const order = Object.keys(budgets);
  const rows = [...measurements].sort((a, b) => order.indexOf(a.budget) - order.indexOf(b.budget)).map(rowOf);
  const table = [headers, ...rows];
  const widths = headers.map((_, column) => Math.max(...table.map((row) => [...(row[column] ?? '')].length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ budget, value, low, high, from = '' }: Measurement): string[] {
  const { text, unit, target, before }: Budget = budgets[budget];
  const show = (figure: number) => `${figureOf(figure)} ${unit}`;
  return [
    text,
    before === undefined ? '–' : show(before),
    show(value),
    `${figureOf(low)} – ${figureOf(high)}`,
    targetOf(target, show),
    verdictOf(target, { value, low, high }),
    from,
  ];
}

/** With a question mark if the target lies within the interval. */
function verdictOf(
  target: Target,
  { value, ...interval }: { value: number; low: number; high: number },
): string {
  if (target === undefined) return '';
  return `${isMet(target, value) ? 'met' : 'NOT MET'}${isCertain(target, interval) ? '' : '?'}`;
}

function targetOf(target: Target, show: (figure: number) => string): string {
  if (target === undefined) return '–';
  return 'atMost' in target ? `≤ ${show(target.atMost)}` : `≥ ${show(target.atLeast)}`;
}

/** Three digits are more than a run can tell. */
export const figureOf = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
