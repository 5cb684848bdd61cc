import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillClone } from '../../support/fresh-clone.ts';
import { descendantsOf, killAll, stillRunning } from '../../support/processes.ts';

/** A person of the example. */
const ada = '0b5e55ed-0000-4000-8000-000000000001';

/** To install Next.js, and to compile a page, on a machine with much else to do. */

let clone: string;
let example: ReturnType<typeof runExample>;

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'belfry-clone-'));
  fillClone(clone);
  example = runExample();
  await example.line('Belfry is running');
});

afterAll(async () => {
  await example?.end();
  await rm(clone, { recursive: true, force: true, maxRetries: 20 });
});

/** `npm run example` in the clone, in a process group of its own, as a shell starts it. */
function runExample() {
  const { BELFRY_LOCAL_DIRECTORY: _, ...env } = process.env;
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn('npm', ['run', 'example'], { cwd: clone, detached: true, env, stdio });
  const lines: string[] = [];
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      changed.dispatchEvent(new Event('change'));
    });
  }
  const ended = once(child, 'close').then(([code]) => code);
  return {
    pid: child.pid ?? 0,
    ended,
    lines,
    /** The first line with this text, once it is there. */
    async line(text: string): Promise<string> {
      const found = () => lines.find((line) => line.includes(text));
      while (found() === undefined && child.exitCode === null) {
        await Promise.race([once(changed, 'change'), ended]);
      }
      return found() ?? expect.fail(`No line with ${text}:\n${lines.join('\n')}`);
    },
    /** Ends it at once, if a test has not. */
    async end() {
      const left = descendantsOf(child.pid ?? 0);
      child.kill('SIGKILL');
      killAll(left);
      await ended;
    },
  };
}

describe('npm run example in a fresh clone', () => {
  it('shows the bell with what was sent to the running service', async () => {
    const [, address = ''] = /Example +(\S+)/.exec(await example.line('Example  ')) ?? [];
    const opened = await fetch(address, { redirect: 'manual' });
    const [key = ''] = opened.headers.get('set-cookie')?.split(';') ?? [];
    const { origin } = new URL(address);
    const pageOf = async (path: string) => {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie: `${key}; session=${ada}` } });
      expect(answer.status).toBe(200);
      return answer.text();
    };
    const shows = async (path: string, text: string) => (await pageOf(path)).includes(text);
    expect(await shows('/', 'data-frontend="attendee"')).toBe(true);
    expect(await shows('/attendee', 'aria-label="Notifications')).toBe(true);
    const send = ['local/command-line/send.ts', '--user', ada, '--title', 'Sent to the example'];
    const [code] = await once(spawn('node', send, { cwd: clone, stdio: 'ignore' }), 'close');
    expect(code).toBe(0);
    // The first paint waits two seconds for the inbox, in which a busy machine may not have answered.
    await expect.poll(() => shows('/attendee', 'Sent to the example')).toBe(true);
  });

  it('ends at Ctrl-C, and leaves no process and no address', async () => {
    const started = descendantsOf(example.pid);
    for (const command of [/start\.ts/, /postgres -D/, /next/]) {
      expect(started.map((one) => one.command)).toContainEqual(expect.stringMatching(command));
    }
    process.kill(-example.pid, 'SIGINT');
    // npm itself ends by the signal, after what it runs.
    await example.ended;
    await example.line('Stopping');
    expect(example.lines.filter((line) => line.includes('✗'))).toEqual([]);
    await expect.poll(() => stillRunning(started)).toEqual([]);
    expect(existsSync(join(clone, '.local/outputs.json'))).toBe(false);
  });
});
