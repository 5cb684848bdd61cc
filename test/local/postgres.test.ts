import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../local/clock.ts';
import { type Postgres, type PostgresOptions, startPostgres } from '../../local/database/postgres.ts';
import { patience } from '../support/patience.ts';
import { keepReport } from './keep-report.ts';

const isRoot = process.getuid?.() === 0;
let directory: string;
let template: string;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-test-'));
  template = join(directory, 'template');
  const postgres = await start({ dataDirectory: template });
  await postgres.stop();
});

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function start(options: Partial<PostgresOptions>): Promise<Postgres> {
  return startPostgres({
    dataDirectory: join(directory, 'data'),
    port: 0,
    superuser: 'rdsadmin',
    password: 'p@ss/word',
    durable: false,
    ...options,
  });
}

/** Starts on a copy of a data directory that is already made, which takes a twentieth of the time. */
async function startOnCopy(
  options: Partial<PostgresOptions> = {},
): Promise<Postgres & { dataDirectory: string }> {
  const dataDirectory = await copyOfTemplate();
  const postgres = await start({ dataDirectory, ...options });
  cleanups.push(postgres.stop);
  return { ...postgres, dataDirectory };
}

async function copyOfTemplate(): Promise<string> {
  const dataDirectory = join(await mkdtemp(join(directory, 'copy-')), 'data');
  execFileSync('cp', ['-a', template, dataDirectory]);
  return dataDirectory;
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterOf(dataDirectory: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8'), 10);
}

/** Whether the process lives; one that waits for its parent to notice its death does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(
      execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8', stdio: 'pipe' }),
    );
  } catch {
    return false;
  }
}

describe('the embedded PostgreSQL', () => {
  it('is PostgreSQL 18, takes the password over TCP, and refuses another', async () => {
    const postgres = await startOnCopy();
    const [row] = await query(
      postgres.url(),
      "SELECT current_setting('server_version_num')::int / 10000 AS major",
    );
    expect(row).toEqual({ major: 18 });
    const wrong = postgres.url().replace('p%40ss%2Fword', 'wrong');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('speaks UTF-8 and UTC and listens on this machine alone, whatever the environment says', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo').stubEnv('PGPORT', '1').stubEnv('PGSSLMODE', 'require');
    const postgres = await startOnCopy();
    vi.unstubAllEnvs();
    const names = ['server_encoding', 'TimeZone', 'listen_addresses'].map(
      (name) => `current_setting('${name}')`,
    );
    const [row] = await query(
      postgres.url(),
      `SELECT ARRAY[${names.join()}] AS settings, lower('ÄÉ') AS lower`,
    );
    expect(row).toEqual({ settings: ['UTF8', 'UTC', '127.0.0.1'], lower: 'äé' });
  });

  it('keeps its rows, and takes a new password, from one run to the next', async () => {
    const first = await startOnCopy();
    await query(first.url(), 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    const second = await start({ dataDirectory: first.dataDirectory, password: 'another' });
    cleanups.push(second.stop);
    expect(await query(second.url(), 'SELECT value FROM kept')).toEqual([{ value: 42 }]);
  });

  it('loses no acknowledged row in a crash of the machine, unless it is not durable', async () => {
    const settings =
      "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit";
    const durable = await startOnCopy({ durable: true });
    expect(await query(durable.url(), settings)).toEqual([{ fsync: 'on', commit: 'on' }]);
    const quick = await startOnCopy();
    expect(await query(quick.url(), settings)).toEqual([{ fsync: 'off', commit: 'off' }]);
  });

  it('keeps an acknowledged row when it is killed, says so, and starts again over its stale lock', async () => {
    const { entries, report } = keepReport();
    const first = await startOnCopy({ durable: true, report });
    await query(first.url(), 'CREATE TABLE kept AS SELECT 42 AS value');
    process.kill(await postmasterOf(first.dataDirectory), 'SIGKILL');
    await vi.waitFor(
      () => expect(entries.map(({ message }) => message).join()).toContain('PostgreSQL has ended (SIGKILL)'),
      patience,
    );
    const second = await start({ dataDirectory: first.dataDirectory });
    cleanups.push(second.stop);
    expect(await query(second.url(), 'SELECT value FROM kept')).toEqual([{ value: 42 }]);
  });

  it('says that a connection was ended, but not that one was at rest for too long', async () => {
    const { entries, report } = keepReport();
    const postgres = await startOnCopy({ report });
    const ends = async (act: (client: pg.Client) => Promise<unknown>) => {
      const client = new pg.Client(postgres.url());
      await client.connect();
      client.on('error', () => {});
      const ended = new Promise<void>((resolve) => client.once('end', resolve));
      await act(client).catch(() => {});
      await ended;
    };
    await ends((client) => client.query("SET idle_session_timeout = '20ms'"));
    await ends((client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    const messages = () =>
      entries.map(({ message }) => message).filter((message) => message.startsWith('FATAL'));
    await vi.waitFor(() => expect(messages()).not.toEqual([]), patience);
    expect(messages()).toEqual([expect.stringContaining('administrator command')]);
  });

  it('starts over a lock whose number belongs to another program by now', async () => {
    const dataDirectory = await copyOfTemplate();
    await writeFile(join(dataDirectory, 'postmaster.pid'), `${process.pid}\n${dataDirectory}\n`);
    const postgres = await start({ dataDirectory });
    cleanups.push(postgres.stop);
    expect(await postmasterOf(dataDirectory)).not.toBe(process.pid);
  });

  it('begins anew where making the data directory was cut off', async () => {
    const dataDirectory = join(await mkdtemp(join(directory, 'cut-')), 'data');
    await mkdir(`${dataDirectory}.partial`);
    await writeFile(join(`${dataDirectory}.partial`, 'PG_VERSION'), '18\n');
    const postgres = await start({ dataDirectory });
    cleanups.push(postgres.stop);
    expect(await query(postgres.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends open sessions and leaves nothing behind when it is stopped, twice if need be', async () => {
    const postgres = await startOnCopy();
    const pid = await postmasterOf(postgres.dataDirectory);
    const client = new pg.Client(postgres.url());
    const error = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(await error).toMatchObject({ message: expect.stringMatching(/terminat/) });
    expect(isAlive(pid)).toBe(false);
    await expect(access(postgres.socketDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not outlive a caller that is killed', async () => {
    const dataDirectory = await copyOfTemplate();
    const caller = await startInProcess({ dataDirectory });
    const pid = await postmasterOf(dataDirectory);
    expect(isAlive(pid)).toBe(true);
    caller.process.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect(access(join(dataDirectory, 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
    // By the guard, which may be behind.
    await expect.poll(() => existsSync(caller.socketDirectory)).toBe(false);
  });

  it('starts while its predecessor is still on its way down', async () => {
    const dataDirectory = await copyOfTemplate();
    const caller = await startInProcess({ dataDirectory });
    caller.process.kill('SIGKILL');
    const postgres = await start({ dataDirectory });
    cleanups.push(postgres.stop);
    expect(await query(postgres.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

it('PostgreSQL starts again after another process had its port for a moment', async () => {
  const passing = createServer();
  // Whoever has the port leaves it while the start waits for the next attempt.
  const clock: Clock = {
    ...systemClock,
    after(_ms, run) {
      passing.close(run);
      return () => {};
    },
  };
  const postgres = await startOnCopy({ clock });
  process.kill(await postmasterOf(postgres.dataDirectory), 'SIGINT');
  await vi.waitFor(() => expect(access(postgres.socketDirectory)).rejects.toThrow('ENOENT'), patience);
  await once(passing.listen(postgres.port, '127.0.0.1'), 'listening');
  await postgres.restart();
  expect(await query(postgres.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

describe('a start that cannot be', () => {
  it('names the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanups.push(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startOnCopy({ port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken.`);
  });

  it('names the data directory that is in use, and by which process', async () => {
    const { dataDirectory } = await startOnCopy();
    const message = `The data directory ${dataDirectory} is in use by another PostgreSQL, process ${await postmasterOf(dataDirectory)}.`;
    const clock: Clock = { ...systemClock, after: (_ms, run) => systemClock.after(0, run) };
    await expect(start({ dataDirectory, clock })).rejects.toThrow(message);
  });

  it('names both versions if the data is of another', async () => {
    const dataDirectory = await copyOfTemplate();
    await writeFile(join(dataDirectory, 'PG_VERSION'), '17\n');
    await expect(start({ dataDirectory })).rejects.toThrow(
      /made by PostgreSQL 17, and 18\.\d+ is installed\./,
    );
  });

  it('leaves a directory alone that holds something else', async () => {
    const dataDirectory = await mkdtemp(join(directory, 'other-'));
    await writeFile(join(dataDirectory, 'letter.txt'), 'mine');
    await expect(start({ dataDirectory })).rejects.toThrow(
      `${dataDirectory} cannot become the data directory`,
    );
    expect(await readFile(join(dataDirectory, 'letter.txt'), 'utf8')).toBe('mine');
  });

  it('names what cannot be run if the binaries are missing', async () => {
    const binDirectory = join(directory, 'nowhere');
    await expect(startOnCopy({ binDirectory })).rejects.toThrow(binDirectory);
  });
});

describe.runIf(isRoot)('started by root', () => {
  it('runs as the user nobody, below directories that are closed to others, and says so', async () => {
    const dataDirectory = await copyOfTemplate();
    await chmod(dirname(dataDirectory), 0o700);
    const { entries, report } = keepReport();
    const postgres = await startOnCopy({ dataDirectory, report });
    const status = await readFile(`/proc/${await postmasterOf(dataDirectory)}/status`, 'utf8');
    const nobody = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim();
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(nobody);
    expect(entries).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining(`as user ${nobody}`) }),
    );
    expect(await query(postgres.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('runs as the owner of a data directory that an ordinary user made', async () => {
    const dataDirectory = await copyOfTemplate();
    execFileSync('chown', ['-R', '12345:12345', dataDirectory]);
    await startOnCopy({ dataDirectory });
    const status = await readFile(`/proc/${await postmasterOf(dataDirectory)}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('12345');
  });
});

describe.runIf(isRoot)('started by an ordinary user', () => {
  // Any user that exists and owns nothing: initdb looks its name up.
  const user = Number(isRoot && execFileSync('id', ['-u', 'daemon'], { encoding: 'utf8' }));

  it('runs as that user, and only that user can reach the socket without a password', async () => {
    await chmod(directory, 0o711);
    const home = await mkdtemp(join(directory, 'home-'));
    await chown(home, user, user);
    const dataDirectory = join(home, 'data');
    const { socketDirectory } = await startInProcess({ dataDirectory }, user);
    const status = await readFile(`/proc/${await postmasterOf(dataDirectory)}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(`${user}`);
    const mode = execFileSync('stat', ['-c', '%a %u', socketDirectory], { encoding: 'utf8' }).trim();
    expect(mode).toBe(`700 ${user}`);
  });

  it('refuses a data directory of another user', async () => {
    await chmod(directory, 0o711);
    const dataDirectory = await copyOfTemplate();
    await chmod(dirname(dataDirectory), 0o711);
    await expect(startInProcess({ dataDirectory }, user)).rejects.toThrow(
      new RegExp(`belongs to user \\d+, and you are user ${user}`),
    );
  });
});

/** Starts PostgreSQL from a process of its own, which a test may kill or let run as another user. */
async function startInProcess(
  options: Partial<PostgresOptions>,
  uid?: number,
): Promise<{ process: ChildProcess; socketDirectory: string }> {
  const script = fileURLToPath(new URL('./start-postgres.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(options)], { execArgv: [], ...(uid ? { uid, gid: uid } : {}) });
  cleanups.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  const [message] = await once(child, 'message');
  if (message.error) throw new Error(message.error);
  return { process: child, socketDirectory: message.socketDirectory };
}
