/**
 * What release 0.1.0 did to a database after its migrations, as its owner: the same users for every installation. With
 * `isIam` they sign in with IAM tokens.
 */
export const usersOfFirstRelease = ({ isIam }: { isIam: boolean }): string => `
  CREATE ROLE belfry_reader LOGIN CONNECTION LIMIT 30;
  CREATE ROLE belfry_writer LOGIN CONNECTION LIMIT 30;
  CREATE ROLE belfry_purger LOGIN CONNECTION LIMIT 5;
  ${['belfry_reader', 'belfry_writer', 'belfry_purger']
    .map(
      (user) => `ALTER ROLE ${user} SET search_path = 'public'; ${isIam ? `GRANT rds_iam TO ${user};` : ''}`,
    )
    .join('\n  ')}
  ${grantsOfFirstRelease}`;

/** The grants of release 0.1.0. */
export const grantsOfFirstRelease = `
  GRANT USAGE ON SCHEMA public TO belfry_reader, belfry_writer, belfry_purger;
  GRANT SELECT ON inboxes, notifications TO belfry_reader, belfry_writer;
  GRANT INSERT (user_id, version, unread_count, burst_started_at, burst_count),
    UPDATE (version, unread_count, burst_started_at, burst_count) ON inboxes TO belfry_writer;
  GRANT INSERT (user_id, actor_id, title, body, metadata, channel, status, created_at, updated_at, version, idempotency_key),
    UPDATE (status, updated_at, version) ON notifications TO belfry_writer;
  GRANT USAGE ON SEQUENCE notifications_id_seq TO belfry_writer;
  REVOKE EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) TO belfry_writer;
  GRANT SELECT (user_id, version, unread_count, floor_version), UPDATE (version, unread_count, floor_version)
    ON inboxes TO belfry_purger;
  GRANT SELECT (user_id, id, status, created_at), UPDATE (status, updated_at, version), DELETE
    ON notifications TO belfry_purger;
  REVOKE EXECUTE ON FUNCTION inbox_purge(uuid, bigint[], timestamptz, timestamptz) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION inbox_purge(uuid, bigint[], timestamptz, timestamptz) TO belfry_purger;`;

/** Takes the users of a later release, and what it wrote down, out of a migrated database. */
export const forgetLaterReleases = 'DROP TABLE belfry.installation';
