import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../clock.ts';
import { startGuard } from '../process-guard.ts';
import type { Report } from '../report.ts';
import { type Account, commandLine, environment, explainSpawn } from './postgres-data-directory.ts';

/** One run of PostgreSQL on a data directory that is ready for it. */
export interface Launch {
  dataDirectory: string;
  /** The directory of the Unix socket. Made if it does not exist, and deleted at the end of the run. */
  socketDirectory: string;
  port: number;
  binDirectory: string;
  durable: boolean;
  clock: Clock;
  report: Report;
  account: Account | undefined;
}

/** A running server. `stop` ends its sessions, and resolves when the server has ended. */
export interface Server {
  port: number;
  stop(): Promise<void>;
}

/** Why it did not start. */
export interface Failure {
  failure: 'in use' | 'port taken' | 'other';
  message: string;
}

const fastShutdownMs = 10_000;

/** Stops PostgreSQL when this process has ended. */
const stopScript = 'read -r _; kill -INT "$1"; rm -rf "$2"';

/** Starts PostgreSQL. Resolves when it accepts connections, or has ended. It never runs longer than this process. */
export async function launch(options: Launch): Promise<Server | Failure> {
  const { port, socketDirectory, account, clock, report } = options;
  await mkdir(socketDirectory, { recursive: true, mode: 0o700 });
  const args = serverArguments(options);
  const [command, commandArgs] = commandLine(account, join(options.binDirectory, 'postgres'), args);
  // A session of its own, so that Ctrl-C in the terminal reaches only this process, which stops all parts in order.
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const child = spawn(command, commandArgs, { cwd: '/', env: environment, detached: true, stdio });
  const guard = child.pid === undefined ? undefined : startGuard(stopScript, `${child.pid}`, socketDirectory);
  const exited = once(child, 'close').then(
    () => undefined,
    (error: unknown) => explainSpawn(error, account),
  );
  const gone = exited.finally(async () => {
    guard?.stop();
    await rm(socketDirectory, { recursive: true, force: true });
  });

  const log: string[] = [];
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const ready = new Promise<true>((resume) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('database system is ready to accept connections')) resume(true);
      if (state === 'starting') log.push(line);
      // Functions at rest lose their connections, as in the cloud, and open others.
      const isAtRest = line.includes('due to idle-session timeout');
      const isTrouble = !isAtRest && /^(FATAL|PANIC):|was terminated by/.test(line);
      if (state === 'ready' && isTrouble) report({ source: 'postgres', level: 'error', message: line });
    });
  });
  const first = await Promise.race([ready, gone]);
  if (first !== true) return first ? { failure: 'other', message: first.message } : explainLog(log, options);
  state = 'ready';
  gone.then(() => {
    if (state === 'stopping') return;
    const message = `PostgreSQL has ended (${child.signalCode ?? child.exitCode}). Press Ctrl-C and run npm start again.`;
    report({ source: 'postgres', level: 'error', message });
  });
  return {
    port,
    async stop() {
      state = 'stopping';
      child.kill('SIGINT');
      const giveUp = clock.after(fastShutdownMs, () => child.kill('SIGKILL'));
      await gone;
      giveUp();
    },
  };
}

function serverArguments({ dataDirectory, socketDirectory, port, durable }: Launch): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: socketDirectory,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    log_checkpoints: 'off',
    // A level above "error", because the lines of errors contain statements and rows.
    log_min_messages: 'log',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
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
