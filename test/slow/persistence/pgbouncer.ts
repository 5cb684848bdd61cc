import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';

const program = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer';

/** How to get PgBouncer. Undefined if it is installed. */
export const missingPgBouncer: string | undefined = isThere()
  ? undefined
  : 'apt-get install pgbouncer, or set PGBOUNCER_PATH';

function isThere(): boolean {
  try {
    accessSync(program);
    return true;
  } catch {
    return false;
  }
}

/** Whether it keeps the names of statements of each client (`max_prepared_statements`), as PgBouncer does since 1.21. */
export const keepsNames: boolean = missingPgBouncer === undefined && isNewerThan1_20();

function isNewerThan1_20(): boolean {
  const [, major = 0, minor = 0] =
    /PgBouncer (\d+)\.(\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
}

/** A pooler in front of a PostgreSQL. */
export interface PgBouncer {
  /** The URL of a database behind the pooler, for a URL of PostgreSQL itself. */
  behind(url: string): string;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer, which gives each transaction any session that is free. It ignores the only parameter of ours that it does
 * not know, as the guide to deploying says. It keeps one session for each user and database, so a lock that a session kept
 * would meet the next transaction.
 * @param settings lines to add to its configuration
 */
export async function startPgBouncer(
  server: URL,
  users: Record<string, string>,
  settings: readonly string[] = [],
): Promise<PgBouncer> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-pgbouncer-'));
  const port = await freePort();
  const configFile = join(directory, 'pgbouncer.ini');
  const usersFile = join(directory, 'users.txt');
  await writeFile(
    usersFile,
    Object.entries(users)
      .map(([user, password]) => `"${user}" "${password}"\n`)
      .join(''),
  );
  await writeFile(
    configFile,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${usersFile}
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = statement_timeout
${settings.join('\n')}
`,
  );
  // PgBouncer does not run as root, and reads its files before it becomes another user.
  const user = process.getuid?.() === 0 ? ['--user=nobody'] : [];
  const child = spawn(program, [...user, configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const isUp = new Promise<boolean>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes('process up')) resolve(true);
    });
    child.on('close', () => resolve(false));
  });
  if (!(await isUp)) throw new Error(`PgBouncer did not start: ${log}`);
  return {
    behind: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      await rm(directory, { recursive: true });
    },
  };
}
