import * as z from 'zod/mini';
import { expected, parse } from '../core/parse.ts';

const migrationRequest = z.strictObject({
  restored: z.optional(
    z
      .string(expected('the identifier of an RDS instance or cluster'))
      .check(z.regex(/^[a-z](-?[a-z0-9]){0,62}$/, 'must be the identifier of an RDS instance or cluster')),
  ),
});

/**
 * The handler of a deployment's migration, whose event is empty, and of whoever invokes it by hand after a restore:
 * `restored` is the identifier of the database that the backup was restored to, which is migrated and gets new versions.
 * @throws ValidationError naming what is wrong with the event
 */
export function serveMigration(migrate: (request: z.output<typeof migrationRequest>) => Promise<void>) {
  return (event: unknown): Promise<void> => migrate(parse(migrationRequest, event ?? {}));
}
