import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { expected, parse } from '../core/parse.ts';
import type { ConnectionRegistry, Metrics } from '../core/ports.ts';
import type { Retention, RetentionRun } from '../core/retention.ts';

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

/**
 * The handler of the schedule that measures how many connections exist. Connect and disconnect do not keep a count: that
 * would cost a write each time, and it would drift whenever the gateway does not call `$disconnect`.
 */
export function serveCount({ registry, metrics }: { registry: ConnectionRegistry; metrics: Metrics }) {
  return async (): Promise<void> => metrics.record('ConnectionsCurrent', await registry.count());
}
