import { assumptions } from '../assumptions.ts';
import { type Line, linesOf } from '../line.ts';
import { daysOfMonth, minutesOfMonth } from '../month.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';

const line = linesOf('Lambda');

/** How often a function runs, and how much it does in a run beyond the least. */
interface Runs {
  invocations: number;
  /** Further users of a command, rows, or thousands of connections. */
  extras?: number;
}

/** The runs of each function that requests, events and sockets start. Schedules come on top. */
function runsOf(name: string, { pushesByTable }: StackFacts, work: Workload): Runs {
  switch (name) {
    case 'authorize-request':
      return { invocations: work.requests };
    case 'connect':
    case 'disconnect':
      return { invocations: work.connects };
    case 'count-connections':
      return { invocations: 0, extras: work.openConnections / 1_000 };
    case 'create-notification':
      return { invocations: work.commands, extras: work.usage.recipients - 1 };
    case 'deliver-notification':
      return { invocations: pushesByTable ? work.pushes : 0 };
    case 'purge-expired':
      // Each notification is archived once and deleted once.
      return { invocations: 0, extras: (2 * work.usage.notifications) / daysOfMonth };
    case 'publish-events':
      return { invocations: work.events };
    case 'read-notifications':
      return { invocations: work.reads + work.syncs };
    case 'tick':
      return { invocations: 0, extras: (work.times + work.events) / minutesOfMonth };
    case 'update-notifications':
      return { invocations: work.marks };
    default:
      return { invocations: 0 };
  }
}

/** How often a function runs in a month. */
export const invocationsOf = (name: string, stack: StackFacts, work: Workload): number =>
  runsOf(name, stack, work).invocations + (stack.functions[name]?.scheduledRuns ?? 0);

/** All invocations of a month. */
export const allInvocations = (stack: StackFacts, work: Workload): number =>
  Object.keys(stack.functions).reduce((sum, name) => sum + invocationsOf(name, stack, work), 0);

/** @throws Error naming a function without an assumption */
function gbSeconds(name: string, stack: StackFacts, work: Workload): number {
  const { memoryMb, scheduledRuns } = stack.functions[name] ?? { memoryMb: 0, scheduledRuns: 0 };
  const time = assumptions.milliseconds[name];
  if (!time) {
    throw new Error(
      `bin/cost does not know for how long the function ${name} runs. Add it to bin/cost/assumptions.ts, and what starts it to bin/cost/services/lambda.ts.`,
    );
  }
  const { invocations, extras = 0 } = runsOf(name, stack, work);
  const { share, milliseconds: coldMs } = assumptions.coldStarts;
  const warmMs = (invocations + scheduledRuns) * (time.base + time.each * extras);
  // A schedule finds a warm environment only if it comes every minute.
  const scheduledShare = scheduledRuns < minutesOfMonth ? 1 : share;
  const startMs = (invocations * share + scheduledRuns * scheduledShare) * coldMs;
  return ((warmMs + startMs) / 1_000) * (memoryMb / 1_024);
}

export function lambdaLines(stack: StackFacts, work: Workload): Line[] {
  const names = Object.keys(stack.functions).sort();
  return [
    line('requests', allInvocations(stack, work), prices.lambdaRequests),
    ...names.map((name) => line(name, gbSeconds(name, stack, work), prices.lambdaGbSeconds)),
  ];
}
