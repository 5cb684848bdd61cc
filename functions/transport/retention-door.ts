import type { Context } from 'aws-lambda';
import type { Retention, RetentionRun } from '../core/retention.ts';

/** The handler of retention's schedule, and of whoever invokes it by hand; its answer is what the run has done. */
export function serveRetention(retention: Retention) {
  return async (_event: unknown, context: Context): Promise<RetentionRun> =>
    retention.run(() => context.getRemainingTimeInMillis());
}
