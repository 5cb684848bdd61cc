import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillClone } from '../../support/fresh-clone.ts';
import { descendantsOf, killAll, stillRunning } from '../../support/processes.ts';

/** The user of this process, and beside root an ordinary one, whom root can become. */
const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const idOf = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
const ordinary = own.uid === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : own;
/** Whether the ordinary user can read the packages. Not if the project is below /root, say. */
const canRead =
  own.uid !== 0 ||
  spawnSync('test', ['-r', join(import.meta.dirname, '../../../node_modules/.bin')], ordinary).status === 0;
const users = {
  ...(own.uid === 0 && { root: own }),
  ...(canRead && { 'an ordinary user': ordinary }),
};
type User = typeof own;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-users-'));
  chmodSync(directory, 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 20 }));

/** A clone that belongs to a user, and a home for that user. */
function cloneOf({ uid, gid }: User, name: string): { clone: string; home: string } {
  const [clone, home] = [join(directory, name), join(directory, `${name}-home`)];
  for (const each of [clone, home]) mkdirSync(each);
  fillClone(clone);
  if (uid !== own.uid) execFileSync('chown', ['-R', `${uid}:${gid}`, clone, home]);
  return { clone, home };
}

/** Runs a command of the clone as a user, with nothing of this process's environment but the path. */
function run(user: User, { clone, home }: ReturnType<typeof cloneOf>, script: string, ...options: string[]) {
  const child = spawn('node', [`local/command-line/${script}.ts`, ...options], {
    cwd: clone,
    ...(user.uid !== own.uid && user),
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const { promise: isRunning, resolve } = Promise.withResolvers<void>();
  const ended = once(child, 'close').then(([code]) => code);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Belfry is running')) resolve();
    });
  }
  return { child, lines, ended, isRunning: Promise.race([isRunning, ended]) };
}

describe('npm start', () => {
  it.each(Object.entries(users))('runs for %s, ends at Ctrl-C, and leaves no process', async (name, user) => {
    const place = cloneOf(user, name.replaceAll(' ', '-'));
    const { child, lines, ended, isRunning } = run(user, place, 'start', '--port', '0');
    await isRunning;
    const started = descendantsOf(child.pid ?? 0);
    try {
      expect(lines.join('\n')).toContain('Belfry is running');
      const file = join(place.clone, '.local/outputs.json');
      const { HttpApiUrl } = JSON.parse(readFileSync(file, 'utf8'));
      expect((await fetch(`${HttpApiUrl}/notifications`)).status).toBe(401);
      expect(statSync(file)).toMatchObject({ uid: user.uid });
      const sent = run(user, place, 'send', '--user', '0b5e55ed-0000-4000-8000-000000000001');
      expect(await sent.ended).toBe(0);
      // PostgreSQL refuses to run as root.
      const data = statSync(join(place.clone, '.local/1/postgres'));
      if (user.uid === 0) expect(data.uid).not.toBe(0);
      else expect(data.uid).toBe(user.uid);
      child.kill('SIGINT');
      expect(await ended).toBe(0);
      await expect.poll(() => stillRunning(started)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      killAll(stillRunning(started));
    }
  });

  // Only root can become a user without a name.
  it.runIf(own.uid === 0 && canRead)('says that PostgreSQL needs a user with a name', async () => {
    const nameless = { uid: 54_321, gid: 54_321 };
    const { lines, ended } = run(nameless, cloneOf(nameless, 'nameless'), 'start', '--port', '0');
    expect(await ended).toBe(1);
    expect(lines.at(-1)).toMatch(
      /PostgreSQL runs only as a user with a name, and \/etc\/passwd has none for user 54321\. Add a line/,
    );
  });

  it.runIf(canRead).each([
    ['the project', '', 'npm start builds into it'],
    ['what was built', 'dist', 'npm start builds into it'],
    ['the data', '.local', 'npm start keeps its data in it'],
    ['the data of one system', '.local/1', 'an earlier npm start has made it'],
  ])('says at once that an ordinary user cannot write to %s', async (name, folder, why) => {
    const place = cloneOf(ordinary, `closed-${name.replaceAll(' ', '-')}`);
    const closed = join(place.clone, folder);
    mkdirSync(closed, { recursive: true });
    for (const each of [join(place.clone, folder.split('/')[0] ?? ''), closed]) {
      chownSync(each, ordinary.uid, ordinary.gid);
    }
    chmodSync(closed, 0o555);
    const { lines, ended } = run(ordinary, place, 'start', '--port', '0');
    expect(await ended).toBe(1);
    chmodSync(closed, 0o755);
    expect(lines).toEqual([
      expect.stringMatching(
        `✗ User ${ordinary.uid} cannot write to the folder ${closed.replace(/\/$/, '')} \\(EACCES\\), and ${why}`,
      ),
    ]);
  });
});
