import type { Report } from '../report.ts';

/** How many environments there are, busy and idle. */
export interface EnvironmentCounts {
  total: number;
  idle: number;
  byFunction: Record<string, number>;
}

/** The numbers of environments that are worth a line. */
const marks = [10, 20, 50, 100, 200, 500, 1_000];

/**
 * Reports how many environments there are: when the number passes one of the marks for the first time, when requests
 * must wait for the first time, and when the number is below the lowest mark again. After that, all of it is reported
 * again.
 */
export function createEnvironmentReport({
  report,
  max,
  counts,
}: {
  report: Report;
  max: number;
  counts: () => EnvironmentCounts;
}) {
  let passed = 0;
  let isFullTold = false;

  return {
    started(): void {
      const { total, byFunction } = counts();
      if (total <= passed || !marks.includes(total)) return;
      passed = total;
      report({ source: 'lambda', level: 'info', message: `${total} environments: ${list(byFunction)}` });
    },
    full(): void {
      if (isFullTold) return;
      isFullTold = true;
      const message =
        `All ${max} environments are busy, so requests wait. Lambda would start more. ` +
        'If this machine has memory for more, start it with --max-environments <number>.';
      report({ source: 'lambda', level: 'warn', message });
    },
    ended(): void {
      const { total } = counts();
      if (passed === 0 || total >= (marks[0] ?? 0)) return;
      passed = 0;
      isFullTold = false;
      report({
        source: 'lambda',
        level: 'info',
        message: `The idle environments have ended, and ${total} are left.`,
      });
    },
  };
}

/** The most numerous function comes first. */
function list(byFunction: Record<string, number>): string {
  return Object.entries(byFunction)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} of ${name}`)
    .join(', ');
}
