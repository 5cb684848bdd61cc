import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { expected, parse } from '../core/parse.ts';
import type { Clock, ConnectionRegistry, Metrics } from '../core/ports.ts';
import type { Retention, RetentionRun } from '../core/retention.ts';
import type { Tick, TickRun } from '../core/tick.ts';

// The handlers of functions that no user calls: schedules, deployments and operators do.

/** What a migration is asked for. */
export interface MigrationRequest {
  /** The identifier of the database that a backup was restored to. */
  restored?: string | undefined;
  /** The ARN of the version of the function, which a deployment calls. Undefined: an operator calls the function itself. */
  deployment?: string | undefined;
}

/**
 * The handler of the migration. A deployment sends an empty event. After a restore an operator sends `restored`: then that
 * database is migrated, and its inboxes get new versions.
 *
 * Each deployment that changes the function makes a new version of it, and CloudFormation undoes a deployment by calling the
 * version before it once more. So the version says which deployment this is.
 * @throws ValidationError naming what is wrong with the event
 */
export function serveMigration(migrate: (request: MigrationRequest) => Promise<void>) {
  // Made here and not by the module, because the other handlers of this module need no schema.
  const identifier = 'the identifier of an RDS instance or cluster';
  const request = z.strictObject({
    restored: z.optional(
      z.string(expected(identifier)).check(z.regex(/^[a-z](-?[a-z0-9]){0,62}$/, `must be ${identifier}`)),
    ),
  });
  return (event: unknown, { functionVersion, invokedFunctionArn }: Context): Promise<void> =>
    migrate({
      ...parse(request, event ?? {}),
      ...(functionVersion !== '$LATEST' && { deployment: invokedFunctionArn }),
    });
}

/** The handler of retention. A schedule calls it, or an operator; it answers what the run has done. */
export function serveRetention(retention: Retention) {
  return async (_event: unknown, context: Context): Promise<RetentionRun> =>
    retention.run(() => context.getRemainingTimeInMillis());
}

/** What the tick is asked for. */
export interface TickRequest {
  /** When the schedule has started it, in ISO 8601. */
  time?: string;
  /** Whether it must look into the database, even if nothing seems to be due. An operator sends it after a restore. */
  look?: boolean;
}

/**
 * The handler of the tick. A schedule calls it every minute, or an operator; it answers what the tick has done. If the clock of
 * the function is behind that of the schedule, the schedule is right, so that nothing is late because of one wrong clock.
 */
export function serveTick(tick: Tick, clock: Clock) {
  return async (event: TickRequest | null, context: Context): Promise<TickRun> => {
    const { time = '', look = false } = event ?? {};
    const behindMs = Math.max(0, Date.parse(time) - clock()) || 0;
    return tick.run({
      now: () => clock() + behindMs,
      remainingMs: () => context.getRemainingTimeInMillis(),
      mustLook: look === true,
    });
  };
}

/**
 * The handler of the schedule that measures how many connections exist. Connect and disconnect do not keep a count: that
 * would cost a write each time, and it would drift whenever the gateway does not call `$disconnect`.
 */
export function serveCount({ registry, metrics }: { registry: ConnectionRegistry; metrics: Metrics }) {
  return async (): Promise<void> => metrics.record('ConnectionsCurrent', await registry.count());
}
