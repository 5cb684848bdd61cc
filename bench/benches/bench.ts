import type { Random } from '../../test/support/random.ts';
import type { BudgetId } from '../budgets.ts';
import type { Extent } from '../method/blocks.ts';
import type { Estimate } from '../method/statistics.ts';

/** What a bench gets. */
export interface BenchContext {
  /** Less data and less time: under a minute. */
  isQuick: boolean;
  random: Random;
  /** Says what is being done. */
  say: (text: string) => void;
  /** The part of the time of the bench that one of several comparisons has. */
  extentOf: (comparisons: number) => Extent;
  /** What must be stopped at the end, also if the run is interrupted. */
  stack: AsyncDisposableStack;
}

/** A figure for the table. */
export interface Measurement extends Estimate {
  budget: BudgetId;
  /** What it was made from, to read: `4.1 ms by 1.6 ms`. */
  from?: string;
}

/** One bench. Its name is the key in `benches`. */
export interface Bench {
  /** What it measures, in a line. */
  about: string;
  run: (context: BenchContext) => Promise<Measurement[]>;
}

/** Measures by the name of a started part, and stops it at the end. */
export function stopAtEnd<Part extends { stop(): Promise<void> }>({ stack }: BenchContext, part: Part): Part {
  stack.defer(() => part.stop());
  return part;
}
