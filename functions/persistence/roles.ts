import pg from 'pg';
import { type DatabaseRole, formerUsers } from '../core/deployment.ts';
import { contentColumns, namesOf } from './columns.ts';
import { messageOf, sqlState } from './connection.ts';
import { type FoundUser, findUser } from './find-user.ts';
import { adminRemedy, type RoleUser } from './role-logins.ts';
import { withoutCollision } from './transaction.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * Makes the users that the functions sign in as, and grants them only what they need, in the transaction of the caller.
 * Users belong to the whole server, where other installations may have theirs. A user with rights in another database is
 * never altered.
 *
 * Nothing is revoked from a user that has it, so functions of the last deployment go on. If a release needs less, a
 * migration revokes the grant.
 * @throws Error naming the user that cannot be ours, or what the server does not have
 */
export async function prepareRoles(client: pg.Client, users: readonly RoleUser[]): Promise<void> {
  if (users.some(({ signIn }) => signIn.by === 'iam')) await checkIam(client);
  await withoutCollision(client, async () => {
    for (const user of users) await prepareUser(client, user);
    await client.query(grants(await currentDatabase(client), await usersByRole(client, users)));
  });
}

/** Lets only our users and the owner connect to the database. Use it only if no other application uses the database. */
export async function closeDatabase(client: pg.Client): Promise<void> {
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${await currentDatabase(client)} FROM PUBLIC`);
}

async function currentDatabase(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  return escapeIdentifier(rows[0]?.name ?? '');
}

/**
 * How many connections each role may have at once. The smallest instance has about 80. (RDS's formula gives 112 for 1 GiB,
 * but the system uses a part of this memory.) The limits leave some to the migration and to an operator. A connection
 * beyond the limit is refused as `Unavailable`, and the caller tries again. A run of the purger needs one connection. Its
 * others are for a second run that an operator starts, and for lost connections that the server still counts.
 */
const connectionLimits: Record<DatabaseRole, number> = { reader: 30, writer: 30, purger: 5 };

/**
 * The settings that our statements rely on. The server, the database or an extension may have other defaults.
 *
 * `idle_session_timeout`: a frozen function keeps its connection. Without a time-out the connection would count against the
 * limit, and Aurora could not pause. The functions stop using an idle session earlier (database.ts).
 */
const sessionSettings = Object.entries({
  idle_session_timeout: '1min',
  DateStyle: 'ISO',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  search_path: 'public',
});

async function prepareUser(client: pg.Client, user: RoleUser): Promise<void> {
  const { name } = user;
  if (!(await findUser(client, name))) await client.query(`CREATE ROLE ${escapeIdentifier(name)} LOGIN`);
  const found = await findUser(client, name);
  if (!found) throw new Error(`The database user ${name} was made, but pg_roles does not show it.`);
  checkOurs(name, found);
  if (found.other_database !== null) return;
  try {
    await configureUser(client, user, found);
  } catch (cause) {
    if (sqlState(cause) !== '42501') throw cause;
    throw new Error(
      `The database user ${name} cannot be changed: ${messageOf(cause)}. ${adminRemedy(name)}`,
      {
        cause,
      },
    );
  }
}

async function configureUser(
  client: pg.Client,
  { role, name, signIn }: RoleUser,
  found: FoundUser,
): Promise<void> {
  const quoted = escapeIdentifier(name);
  const limit = connectionLimits[role];
  if (!found.can_login || found.connection_limit !== limit)
    await client.query(`ALTER ROLE ${quoted} LOGIN CONNECTION LIMIT ${limit}`);
  for (const [setting, value] of sessionSettings) {
    if (found.settings.includes(`${setting}=${value}`)) continue;
    await client.query(`ALTER ROLE ${quoted} SET ${setting} = ${escapeLiteral(value)}`);
  }
  // Members of rds_iam sign in with IAM tokens only. In a database that was restored from a managed one, users are members.
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/database-authentication.html
  if (signIn.by === 'iam' && !found.is_iam_user) await client.query(`GRANT rds_iam TO ${quoted}`);
  if (signIn.by === 'password' && found.is_iam_user) await client.query(`REVOKE rds_iam FROM ${quoted}`);
}

function checkOurs(name: string, { other_database, ...found }: FoundUser): void {
  const refuse = (problem: string): never => {
    throw new Error(
      `The database user ${name} ${problem}. Each role of an installation needs a user of its own. For an existing database, ` +
        'name users in the connection strings that are not on the server yet: the migration makes them',
    );
  };
  if (found.is_owner) refuse('is the one that migrates');
  if (found.is_mighty) {
    refuse(
      'may do more than a function needs, such as making users, by itself or as a member of another role',
    );
  }
  if (found.is_ours) return;
  if (other_database !== null) refuse(`is used in the database ${other_database} of the same server`);
  if (found.has_tables) refuse('is used by another application in this database');
}

async function checkIam(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_roles WHERE rolname = 'rds_iam'");
  if (rows.length > 0) return;
  throw new Error(
    'The server has no role rds_iam, so no function could sign in with an IAM token. Switch IAM database ' +
      'authentication on (aws rds modify-db-instance, or modify-db-cluster for Aurora, with ' +
      '--enable-iam-database-authentication --apply-immediately)',
  );
}

/** The users of each role, quoted: the present one, and that of the first release if it has rights here. */
async function usersByRole(client: pg.Client, users: readonly RoleUser[]) {
  const listed = { reader: '', writer: '', purger: '' };
  for (const { role, name } of users) {
    const former = formerUsers[role];
    const names = (await findUser(client, former))?.is_ours ? [name, former] : [name];
    listed[role] = [...new Set(names)].map(escapeIdentifier).join(', ');
  }
  return listed;
}

// If a role writes only some columns, the grant names them. Readers and writers select whole rows. The purger may not read
// the content. A lock (FOR NO KEY UPDATE) needs the right to update at least one column. Every user may connect, unless the
// owner of the database has revoked it; then only the owner's own grant lets ours in.
const grants = (database: string, { reader, writer, purger }: Record<DatabaseRole, string>) => `
  GRANT CONNECT ON DATABASE ${database} TO ${reader}, ${writer}, ${purger};
  GRANT USAGE ON SCHEMA public TO ${reader}, ${writer}, ${purger};
  GRANT SELECT ON inboxes, notifications, activities TO ${reader}, ${writer};
  GRANT INSERT (user_id, version, unread_count, burst_started_at, burst_count, counted_version, muted, unmuted),
    UPDATE (version, unread_count, burst_started_at, burst_count, ${countColumns}, muted, unmuted, has_group_keys) ON inboxes TO ${writer};
  GRANT INSERT (user_id, ${namesOf(contentColumns)}, scope, status, created_at, updated_at, version, idempotency_key,
      command_hash, compared_type, alert_at, group_key, group_open, actor_ids),
    UPDATE (${namesOf(contentColumns)}, status, updated_at, version, seen, moved_to, command_hash, compared_type, is_expired,
      alert_at, snoozed_until, snoozed_from, group_open, group_count, actor_ids, action_id, action_at) ON notifications TO ${writer};
  GRANT INSERT, UPDATE (actor_id) ON activities TO ${writer};
  GRANT SELECT, INSERT, UPDATE (leased_until), DELETE ON outbox TO ${writer};
  GRANT SELECT, INSERT, UPDATE (command, leased_until, sent_at, cancelled_at, refused_at) ON scheduled TO ${writer};
  GRANT USAGE ON SEQUENCE notifications_id_seq, outbox_id_seq, scheduled_id_seq TO ${writer};
  GRANT SELECT ON inboxes TO ${purger};
  GRANT UPDATE (version, unread_count, floor_version, ${countColumns}) ON inboxes TO ${purger};
  GRANT SELECT (user_id, id, status, created_at, scope, moved_to, seen, group_key),
    UPDATE (status, updated_at, version, seen, group_open, alert_at), DELETE ON notifications TO ${purger};
  GRANT SELECT (user_id, notification_id), DELETE ON activities TO ${purger};
  GRANT SELECT (id, sent_at, cancelled_at, refused_at), DELETE ON scheduled TO ${purger};
  ${functionGrants(writerFunctions, writer)}
  ${functionGrants(purgerFunctions, purger)}`;

/** What functions of the first edition do not know. */
const countColumns = 'unseen_count, scopes, seen_position, counted_version';

/**
 * The SQL functions of the migrations that a role calls. The others are called by these, and do nothing for a user without
 * rights on the tables.
 */
const writerFunctions = [
  'inbox_read_all(uuid, bigint)',
  'inbox_put(uuid[], text, jsonb, text, text, boolean)',
  'inbox_mark(uuid, bigint, text[], text, text[])',
  'inbox_mark_many(uuid, bigint[], bigint[], text[], text, text[])',
  'inbox_mark_matching(uuid, bigint, text, text[], text, text, text[])',
  'inbox_seen(uuid, bigint, text)',
  'inbox_prefer(uuid, text[], text[])',
  'inbox_snooze(uuid, bigint, text[], timestamptz)',
  'inbox_unsnooze(uuid, bigint)',
  'inbox_press(uuid, bigint, text, text[])',
  'inbox_unpress(uuid, bigint, text)',
  'inbox_update(uuid[], text, jsonb, text, boolean, jsonb, text[])',
  'inbox_retract(uuid[], text, text, text[])',
  'inbox_tick(integer, uuid[], text[])',
  'schedule_put(timestamptz, jsonb, jsonb, text, text)',
  'schedule_cancel(bigint, text)',
];
const purgerFunctions = ['inbox_purge(uuid, bigint[], timestamptz, timestamptz)'];

// PostgreSQL lets everybody execute a new function.
const functionGrants = (functions: readonly string[], users: string) => `
  REVOKE EXECUTE ON FUNCTION ${functions.join(', ')} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${functions.join(', ')} TO ${users};`;
