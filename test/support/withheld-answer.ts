import { expect, vi } from 'vitest';
import { runAsOwner } from './database.ts';
import { patience } from './patience.ts';
import type { Process } from './processes.ts';

/** A create whose caller is told nothing, though it is committed. */
export interface WithheldAnswer {
  /** Resolves once it has been committed, and waits. */
  committed(): Promise<void>;
  /** Lets a create of this title be answered again; for a PostgreSQL that has been started anew. */
  release(): Promise<void>;
}

/**
 * Withholds the answer to a create of this title: it is committed, and then waits for a standby that there is not. All
 * other commits wait for none.
 * @param databaseUrl of the database's owner
 * @param server the process that is asked for it
 */
export async function withholdAnswer(
  databaseUrl: string,
  server: Process,
  title: string,
): Promise<WithheldAnswer> {
  const asOwner = (text: string) => runAsOwner(databaseUrl, text);
  const asSuperuser = (text: string) => runAsOwner(superuserUrl(databaseUrl, server), text);
  await asOwner(`CREATE FUNCTION wait_for_standby() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM set_config('synchronous_commit', 'on', true); RETURN NULL; END $$`);
  await asOwner(`CREATE TRIGGER wait_for_standby AFTER INSERT ON notifications FOR EACH ROW
    WHEN (NEW.title = '${title}') EXECUTE FUNCTION wait_for_standby()`);
  await asSuperuser(`ALTER SYSTEM SET synchronous_commit = 'local'`);
  await asSuperuser(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
  await asSuperuser('SELECT pg_reload_conf()');
  // A session that begins with the new settings begins after the checkpointer was told of them. It reads them before it
  // makes a checkpoint; then every session knows that there is a standby to wait for.
  await vi.waitFor(async () => {
    const [settings] = await asSuperuser('SHOW synchronous_standby_names');
    expect(settings).toEqual({ synchronous_standby_names: 'nobody' });
  }, patience);
  await asSuperuser('CHECKPOINT');
  return {
    committed: () =>
      vi.waitFor(async () => {
        const waiting = await asSuperuser(`SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'`);
        expect(waiting).toHaveLength(1);
      }, patience),
    async release() {
      await asOwner('DROP TRIGGER wait_for_standby ON notifications');
    },
  };
}

/** Of the user whom the Unix socket lets in without a password; the server was told where that is. */
function superuserUrl(databaseUrl: string, { command }: Process): string {
  const { port, pathname } = new URL(databaseUrl);
  const [, directory = ''] = /unix_socket_directories=(\S+)/.exec(command) ?? [];
  return `postgres://rdsadmin@localhost:${port}${pathname}?host=${encodeURIComponent(directory)}`;
}
