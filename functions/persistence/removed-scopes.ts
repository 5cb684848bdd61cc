import type pg from 'pg';
import { ownSchema } from './apply-migrations.ts';
import { inTransaction } from './transaction.ts';

/** The scopes that notifications may have: those of the settings, and those that were taken out of them lately. */
const list = `${ownSchema}.scopes`;

/** The deployments that have migrated this database. */
const deployments = `${ownSchema}.deployments`;

/** How many inboxes one transaction locks, each for a few milliseconds. */
const inboxesAtOnce = 100;

/**
 * Looks for notifications of scopes that are not in the settings any more: no bell would show them. It reads the whole table,
 * but only after a scope was taken out. Functions of the last deployment may write such a scope for some minutes longer, so
 * a scope without notifications is forgotten when the next deployment finds none either.
 *
 * CloudFormation undoes a failed deployment by running the migration of the one before it again, whose settings do not have a
 * scope that the failed one has added. A refusal would stop it halfway, so this run is told apart by its deployment and refuses
 * nothing. The notifications stay as they are, and the next deployment refuses again.
 * @param configured the scopes of the settings
 * @param moved scopes whose notifications may be moved
 * @param deployment what tells this deployment from all others. Undefined: an operator runs the migration by hand
 * @returns the scopes whose notifications are to be moved
 * @throws Error naming each scope that still has notifications, how many, and what to do
 */
export async function checkScopes(
  client: pg.Client,
  configured: readonly string[],
  moved: readonly string[],
  deployment: string | undefined,
): Promise<string[]> {
  const isUndoing = await hasMigrated(client, deployment);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${list} (name text PRIMARY KEY, was_empty boolean NOT NULL DEFAULT false)`,
  );
  await client.query(
    `INSERT INTO ${list} (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO UPDATE SET was_empty = false`,
    [configured],
  );
  const { rows: removed } = await client.query<{ name: string }>(
    `SELECT name FROM ${list} WHERE NOT name = ANY ($1)`,
    [configured],
  );
  if (removed.length === 0) return [];
  const { rows: used } = await client.query<{ scope: string; notifications: string }>(
    'SELECT scope, count(*) AS notifications FROM notifications WHERE scope = ANY ($1) GROUP BY scope ORDER BY scope',
    [removed.map(({ name }) => name)],
  );
  const refused = used.filter(({ scope }) => !moved.includes(scope));
  if (refused.length > 0 && !isUndoing) throw new Error(refusalOf(refused));
  const known = [...configured, ...used.map(({ scope }) => scope)];
  await client.query(`DELETE FROM ${list} WHERE NOT name = ANY ($1) AND was_empty`, [known]);
  await client.query(`UPDATE ${list} SET was_empty = true WHERE NOT name = ANY ($1)`, [known]);
  return used.map(({ scope }) => scope).filter((scope) => moved.includes(scope));
}

/** Whether this deployment has migrated before. If not, it is written down, which a refusal undoes. */
async function hasMigrated(client: pg.Client, deployment: string | undefined): Promise<boolean> {
  if (deployment === undefined) return false;
  await client.query(`CREATE TABLE IF NOT EXISTS ${deployments} (name text PRIMARY KEY)`);
  const { rowCount } = await client.query(
    `INSERT INTO ${deployments} (name) VALUES ($1) ON CONFLICT DO NOTHING`,
    [deployment],
  );
  return rowCount === 0;
}

function refusalOf(refused: readonly { scope: string; notifications: string }[]): string {
  const named = refused
    .map(({ scope, notifications }) => `${scope} (${notifications} notifications)`)
    .join(', ');
  return (
    `The settings have no scope ${named} any more, and no bell would show these notifications. Nothing was migrated. Put the ` +
    'scope back, or name it in movedScopes: then they become notifications without a scope, which every bell shows. Then run again.'
  );
}

/**
 * Makes the notifications of some scopes notifications without a scope, a few inboxes at a time. Each inbox gets a new
 * version, and clients learn of it by their next sync. It may run again.
 */
export async function moveScopes(client: pg.Client, scopes: readonly string[]): Promise<void> {
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<{ user_id: string }>(
      `SELECT DISTINCT user_id FROM public.notifications WHERE scope = ANY ($1) AND user_id > $2 ORDER BY user_id LIMIT ${inboxesAtOnce}`,
      [scopes, last],
    );
    const user_ids = rows.map(({ user_id }) => user_id);
    if (user_ids.length === 0) return;
    await inTransaction(client, async () => {
      await client.query('SET LOCAL search_path = public');
      // One by one, in the order in which every writer locks inboxes.
      for (const user_id of user_ids)
        await client.query('SELECT inbox_without_scopes($1, $2)', [user_id, scopes]);
    });
    last = user_ids.at(-1) ?? last;
  }
}
