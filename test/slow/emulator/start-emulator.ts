import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startPostgres } from '../../../local/database/postgres.ts';
import { freePort } from '../../support/free-port.ts';
import type { KeptLog } from '../../support/kept-log.ts';
import { installPythonTool } from '../../support/python-tool.ts';
import type { InstallationOutputs } from '../../support/watched-system.ts';
import { functionLines } from './function-lines.ts';

const root = join(import.meta.dirname, '../../..');
const bin = join(root, 'node_modules/.bin');

/** MiniStack and a PostgreSQL of their own, with nothing deployed yet. */
export interface TestEmulator {
  endpoint: string;
  /** Of a database of the PostgreSQL, as its owner. */
  databaseUrl(database?: string): string;
  /** Runs a script of package.json as a person would who has no configuration of AWS; answers what it printed. */
  run(script: 'deploy:emulator' | 'destroy:emulator', ...options: string[]): Promise<string>;
  /** Deploys with these settings, into a database, by the CDK's own command or by cdklocal, and answers the outputs that were written. */
  deploy(
    context?: Record<string, string>,
    how?: { database?: string; cdklocal?: boolean },
  ): Promise<InstallationOutputs>;
  /** Ends it, once what its functions have printed is kept. */
  stop(): Promise<void>;
}

/** @param log is told what a deployment's secrets are, and what its commands and functions print */
export async function startEmulator(log: KeptLog): Promise<TestEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-emulator-'));
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 20 }));
  const password = randomUUID();
  log.secret(password);
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    port: 0,
    superuser: 'owner',
    password,
    durable: false,
  });
  started.defer(() => postgres.stop());
  const port = await freePort();
  const ministack = await startMiniStack(port, directory);
  started.defer(() => endGroup(ministack));
  const endpoint = `http://127.0.0.1:${port}`;
  const keepLines = async () => {
    for (const line of await functionLines(endpoint)) log.report(line);
  };
  started.defer(keepLines);
  const running = started.move();

  async function run(script: string, options: string[], database?: string): Promise<string> {
    const { PATH, HOME } = process.env;
    const { stdout, stderr } = await promisify(execFile)(
      'npm',
      ['run', '--silent', script, '--', ...options],
      {
        cwd: root,
        env: {
          PATH,
          HOME,
          AWS_ENDPOINT_URL: endpoint,
          DATABASE_URL: postgres.url(undefined, database),
          BELFRY_LOCAL_DIRECTORY: directory,
        },
      },
    );
    for (const message of `${stdout}\n${stderr}`.split('\n')) log.report({ source: script, message });
    return stdout;
  }

  return {
    endpoint,
    databaseUrl: (database) => postgres.url(undefined, database),
    async run(script, ...options) {
      // With the stack its lines go, too.
      if (script === 'destroy:emulator') await keepLines();
      return run(script, options);
    },
    async deploy(context = {}, { database, cdklocal = false } = {}) {
      const settings = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
      await run('deploy:emulator', [...settings, ...(cdklocal ? ['--cdklocal'] : [])], database);
      const outputs = JSON.parse(await readFile(join(directory, 'emulator-outputs.json'), 'utf8'));
      log.secret(outputs.JwtSecret);
      return outputs;
    },
    stop: () => running.disposeAsync(),
  };
}

/**
 * Starts MiniStack: the program that MINISTACK names, or one that is installed now. It ends with this process however that
 * ends: a shell waits for its standard input to close.
 */
async function startMiniStack(port: number, directory: string): Promise<ChildProcess> {
  const program = process.env.MINISTACK ?? (await installPythonTool('ministack'));
  const script = '"$0" & child=$!; read -r _; kill "$child"';
  const child = spawn('/bin/sh', ['-c', script, program], {
    cwd: directory,
    env: {
      HOME: directory,
      // Its functions run with the `node` that comes first.
      PATH: `${bin}:${process.env.PATH}`,
      TMPDIR: directory,
      S3_DATA_DIR: join(directory, 's3'),
      LAMBDA_EXECUTOR: 'local',
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
    },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const printed: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const isReady = await new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false));
    lines.on('close', () => resolve(false));
    lines.on('line', (line) => {
      if (printed.length < 50) printed.push(line);
      if (line.includes('Running on http')) resolve(true);
    });
  });
  if (isReady) return child;
  await endGroup(child);
  throw new Error(
    `MiniStack did not start by ${program}: ${printed.join('\n')}\nSet the variable MINISTACK to the path of its program, or unset it to have MiniStack installed.`,
  );
}

/** Ends a process with the functions that it has started. */
async function endGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-pid, signal);
    } catch {
      // They are gone.
      return;
    }
  }
}
