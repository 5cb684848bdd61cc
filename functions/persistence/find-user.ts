import type pg from 'pg';

/** What the server knows of a database user. */
export interface FoundUser {
  can_login: boolean;
  connection_limit: number;
  /** The settings of its sessions, each as `name=value`. */
  settings: string[];
  /** Whether it is the one that asks. */
  is_owner: boolean;
  /**
   * Whether it may do what no function needs, such as making users: by itself, or as a member of a role that may, of the
   * owner, or of a predefined role such as `pg_read_all_data`. Members of `rds_superuser` are members of such ones too.
   */
  is_mighty: boolean;
  /** Whether it signs in with IAM tokens. */
  is_iam_user: boolean;
  /** Whether it has rights on our tables, from an earlier migration. */
  is_ours: boolean;
  /** Whether it has rights on any table of this database. */
  has_tables: boolean;
  /** Another database of the server that it has rights in. */
  other_database: string | null;
}

/**
 * Looks a user up. Users belong to the whole server, and `pg_shdepend` says in which databases something depends on one.
 * @returns undefined if there is no such user
 */
export async function findUser(client: pg.Client, name: string): Promise<FoundUser | undefined> {
  const { rows } = await client.query<FoundUser>(
    `SELECT rolcanlogin AS can_login, rolconnlimit AS connection_limit, coalesce(rolconfig, '{}') AS settings,
      rolname = current_user AS is_owner,
      EXISTS (SELECT FROM pg_roles m WHERE pg_has_role(r.oid, m.oid, 'MEMBER')
        AND (m.rolsuper OR m.rolcreaterole OR m.rolcreatedb OR m.rolreplication OR m.rolbypassrls
          OR m.rolname = current_user OR m.rolname LIKE 'pg\\_%')) AS is_mighty,
      EXISTS (SELECT FROM pg_auth_members WHERE roleid = to_regrole('rds_iam') AND member = r.oid) AS is_iam_user,
      has_any_column_privilege(r.oid, 'public.inboxes', 'SELECT') AS is_ours,
      EXISTS (SELECT FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
        WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.classid = 'pg_class'::regclass)
        AS has_tables,
      (SELECT d.datname FROM pg_shdepend s
        JOIN pg_database d ON d.oid = CASE s.dbid WHEN 0 THEN s.objid ELSE s.dbid END AND d.datname <> current_database()
        WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
          AND (s.dbid <> 0 OR s.classid = 'pg_database'::regclass)
        ORDER BY d.datname LIMIT 1) AS other_database
     FROM pg_roles r WHERE rolname = $1`,
    [name],
  );
  return rows[0];
}
