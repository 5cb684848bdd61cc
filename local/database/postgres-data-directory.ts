import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../report.ts';

/** The user that runs PostgreSQL if root starts it. PostgreSQL refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The environment variables of every process of PostgreSQL. They are not those of this process, because PGPORT, LC_ALL
 * or TZ would change the behaviour of PostgreSQL.
 */
export const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * The user that must run PostgreSQL. Undefined if the present user can: anyone but root. For root, it is the owner of the
 * data directory, or `nobody` if the directory is new. Throws an Error if the directory belongs to another user.
 */
export async function accountFor(dataDirectory: string): Promise<Account | undefined> {
  const owner = await stat(dataDirectory).catch(() => undefined);
  const uid = process.getuid?.();
  if (uid !== 0) {
    if (owner && owner.uid !== uid) {
      throw new Error(
        `The data directory ${dataDirectory} belongs to user ${owner.uid}, and you are user ${uid}. Run "sudo chown -R ${uid}" on it, or delete it to start with an empty database.`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const nobody = /^nobody:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8'));
  if (!nobody) {
    throw new Error(
      'PostgreSQL does not run as root, and this machine has no user "nobody". Run this command as another user than root.',
    );
  }
  return { uid: Number(nobody[1]), gid: Number(nobody[2]) };
}

/**
 * The command line that runs `command` as `account`. The process keeps one right of root: to pass through directories that
 * are closed to others. So a checkout below /root or in a private temporary directory works without a copy.
 */
export function commandLine(
  account: Account | undefined,
  command: string,
  args: string[],
): [string, string[]] {
  if (!account) return [command, args];
  const right = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const user = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return ['setpriv', [...user, ...right, '--', command, ...args]];
}

/** The error for a command of PostgreSQL that could not be run, or has failed, with what to do. */
export function explainSpawn(error: unknown, account: Account | undefined): Error {
  const message = messageOf(error).trim();
  // A container may run as a user that has only a number.
  const [, nameless] = /could not look up effective user ID (\d+)/.exec(message) ?? [];
  if (nameless !== undefined) {
    return new Error(
      `PostgreSQL runs only as a user with a name, and /etc/passwd has none for user ${nameless}. Add a line for it, or run this command as another user.`,
    );
  }
  const remedy = account
    ? 'PostgreSQL does not run as root; started by root it needs setpriv (package util-linux) and the capability CAP_DAC_OVERRIDE. Or start as an ordinary user.'
    : 'Where a file or a library is missing, npm rebuild puts it back.';
  return new Error(`PostgreSQL could not be run: ${message}. ${remedy}`);
}

/**
 * Makes the data directory beside its place and moves it there when it is complete, so that half of one is never taken
 * for a whole. Throws an Error when its place is not empty.
 */
export async function initialize(
  dataDirectory: string,
  options: { initdb: string; superuser: string; isDurable: boolean; account: Account | undefined },
): Promise<void> {
  const { initdb, superuser, isDurable, account } = options;
  const partial = `${dataDirectory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(dataDirectory), { recursive: true });
  await mkdir(partial, { mode: 0o700 });
  if (account) await chown(partial, account.uid, account.gid);
  const args = [
    `--pgdata=${partial}`,
    `--username=${superuser}`,
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own collation sorts and folds alike on every machine, whatever locales are installed there.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(isDurable ? [] : ['--no-sync']),
  ];
  const [command, commandArgs] = commandLine(account, initdb, args);
  await promisify(execFile)(command, commandArgs, { cwd: '/', env: environment }).catch((error: unknown) => {
    throw explainSpawn(error, account);
  });
  await rename(partial, dataDirectory).catch((error: unknown) => {
    throw new Error(
      `${dataDirectory} cannot become the data directory; it must be absent or empty, or hold PG_VERSION. Choose another, or empty it.`,
      { cause: error },
    );
  });
}

/** Removes a lock that PostgreSQL would take for live because another process of this user, an editor say, has its number by now. */
export async function removeStaleLock(dataDirectory: string): Promise<void> {
  const lock = join(dataDirectory, 'postmaster.pid');
  const content = await readFile(lock, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  const pid = Number.parseInt(content, 10) || 0;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const ps = await promisify(execFile)('ps', ['-o', 'command=', '-p', `${pid}`]).catch(() => undefined);
    return ps?.stdout ?? '';
  });
  if (!command.includes('postgres')) await rm(lock, { force: true });
}
