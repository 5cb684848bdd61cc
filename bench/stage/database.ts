import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { DatabaseRole } from '../../functions/core/deployment.ts';
import { migrate } from '../../functions/persistence/migrate.ts';
import { type Postgres, startPostgres } from '../../local/database/postgres.ts';
import { cachedDirectory, hashOfFiles, root } from '../../test/support/cached-directory.ts';
import { type Content, fill } from './fill.ts';

/** A PostgreSQL with the schema of the service, and rows if they are asked for. */
export interface BenchDatabase {
  /** The login of a role of the functions. */
  urlOf(role: DatabaseRole): string;
  /** The login of the owner, for an arm that needs more rights than the functions have. */
  ownerUrl: string;
  /** Runs SQL as the owner, beside what is measured. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * The CPU time that sessions of this application have used so far, in microseconds; undefined if there is none, or if the
   * system does not tell.
   */
  cpuOf(applicationName: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

const name = 'bench';
const password = 'bench';

/**
 * Starts a database with this content. The content is made once, and kept in `node_modules/.cache/belfry`. The run works on
 * a copy, or on the kept database itself if `isReadOnly`: a copy of ten million rows takes longer than the bench.
 *
 * It does not wait for the disk (`fsync=off`), because a shared disk would measure the neighbours.
 * @param say gets what is being done, since ten million rows take minutes
 */
export async function startDatabase(
  content: Content,
  { isReadOnly = false, say }: { isReadOnly?: boolean; say: (text: string) => void },
): Promise<BenchDatabase> {
  const kept = await keptDatabase(content, say);
  if (isReadOnly) return open(await start(kept), async () => {});
  const directory = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    // With owners and modes: PostgreSQL refuses a directory of another user.
    await promisify(execFile)('cp', ['-Rp', kept, join(directory, 'data')]);
    return await open(await start(join(directory, 'data')), remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function keptDatabase(content: Content, say: (text: string) => void): Promise<string> {
  // What is stored, and who may do what with it. A change to a statement needs no new rows.
  const sources = [
    'functions/persistence/{columns,roles,schema}.ts',
    'migrations/**/*',
    'bench/stage/fill.ts',
  ];
  const key = [hashOfFiles(sources), content, process.platform, process.arch, process.getuid?.()];
  const directory = await cachedDirectory('bench', JSON.stringify(key), async (made) => {
    const postgres = await start(join(made, 'data'));
    try {
      await prepare(postgres);
      await withClient(postgres.url(undefined, name), (client) => fill(client, content, say));
    } finally {
      await postgres.stop();
    }
  });
  return join(directory, 'data');
}

const start = (dataDirectory: string): Promise<Postgres> =>
  startPostgres({ dataDirectory, port: 0, superuser: 'owner', password, durable: false });

async function prepare(postgres: Postgres): Promise<void> {
  await withClient(postgres.url(), (client) => client.query(`CREATE DATABASE ${name}`));
  const connectionString = postgres.url(undefined, name);
  const login = (role: DatabaseRole) => ({ connectionString: roleUrl(postgres, role) });
  const roles = { reader: login('reader'), writer: login('writer'), purger: login('purger') };
  await migrate(
    { connectionString },
    { migrationsFolder: join(root, 'migrations'), installation: name, roles },
  );
}

/** Sessions of roles end when they are idle for a minute, but an arm may wait longer for its turn. */
const search = '?options=-c%20idle_session_timeout%3D0';

const roleUrl = (postgres: Postgres, role: DatabaseRole) =>
  Object.assign(new URL(postgres.url(undefined, name)), { username: `${name}_${role}`, password, search })
    .href;

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function open(postgres: Postgres, remove: () => Promise<void>): Promise<BenchDatabase> {
  const observer = new pg.Client({ connectionString: postgres.url(undefined, name) });
  // The server may end first, when the run is interrupted.
  observer.on('error', () => {});
  await observer.connect();
  return {
    urlOf: (role) => roleUrl(postgres, role),
    ownerUrl: postgres.url(undefined, name),
    query: async (text, values) => (await observer.query(text, values)).rows,
    async cpuOf(applicationName) {
      // A function that works for users has a hash of the user behind the name of its session.
      const { rows } = await observer.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE split_part(application_name, '/', 1) = $1",
        [applicationName],
      );
      return rows.length === 0 ? undefined : cpuOfProcesses(rows.map(({ pid }) => pid));
    },
    async stop() {
      await postgres.stop();
      await remove();
    },
  };
}

/** Linux counts the nanoseconds that a process has run: https://docs.kernel.org/scheduler/sched-stats.html */
async function cpuOfProcesses(pids: readonly number[]): Promise<number | undefined> {
  if (!existsSync('/proc/self/schedstat')) return undefined;
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/schedstat`, 'utf8')));
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1_000, 0);
}
