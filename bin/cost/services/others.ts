import { type Line, linesOf } from '../line.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';
import { invocationsOf } from './lambda.ts';

export const secretsLines = ({ secrets }: StackFacts): Line[] => [
  linesOf('Secrets Manager')('secrets', secrets, prices.secrets),
];

/** X-Ray traces the first request of each second and 5 % of the others; this counts 5 % of all. */
export function tracingLines(stack: StackFacts, work: Workload): Line[] {
  const traced = Object.entries(stack.functions).filter(([, { isTraced }]) => isTraced);
  const runs = traced.reduce((sum, [name]) => sum + invocationsOf(name, stack, work), 0);
  return [linesOf('X-Ray')('traces', runs * 0.05, prices.traces)];
}
