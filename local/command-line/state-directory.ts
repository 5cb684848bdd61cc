import { randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { listen } from '../http-server.ts';

/** A directory for the data of one running system. No other system takes it until it is released. */
export interface StateDirectory {
  path: string;
  release(): void;
}

interface Lock {
  port: number;
  nonce: string;
}

/**
 * Takes `root/1` for one running system, or `root/2`, `root/3` … if other systems run from the same checkout.
 *
 * The lock is a port that answers with a random text. A process id would not do: after a crash, after a restart of the
 * machine or in a container, another process can have the same id.
 */
export async function claimStateDirectory(root: string): Promise<StateDirectory> {
  for (let instance = 1; ; instance += 1) {
    const path = join(root, String(instance));
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const release = await claim(`${path}.lock`);
    if (release) return { path, release };
  }
}

/** The directories of the systems that run now, the one that was started last first. */
export async function runningDirectories(root: string): Promise<string[]> {
  const locks = globSync('*.lock', { cwd: root }).map((name) => join(root, name));
  const times = new Map(locks.map((file) => [file, statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
  const held = await Promise.all(locks.map(async (file) => ((await isHeld(readLock(file))) ? [file] : [])));
  return held
    .flat()
    .sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0))
    .map((file) => file.replace(/\.lock$/, ''));
}

async function claim(file: string): Promise<(() => void) | undefined> {
  const nonce = randomUUID();
  const server = createServer((socket) => socket.on('error', () => {}).end(nonce));
  const lock: Lock = { port: await listen(server, 0), nonce };
  server.unref();
  if (!writeNew(file, lock)) {
    if (await isHeld(readLock(file))) {
      server.close();
      return undefined;
    }
    writeFileSync(file, JSON.stringify(lock), { mode: 0o600 });
  }
  return () => {
    server.close();
    rmSync(file, { force: true });
  };
}

function writeNew(file: string, lock: Lock): boolean {
  try {
    writeFileSync(file, JSON.stringify(lock), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(file: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Half-written by a process that was killed.
  }
}

function isHeld(lock: Lock | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (!lock) return resolve(false);
    const socket = connect(lock.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer === lock.nonce));
    socket.on('error', () => {});
    // If another program has the port by now, it may send nothing.
    socket.setTimeout(1_000, () => socket.destroy());
  });
}
