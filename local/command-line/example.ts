import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pageKey } from '../page-key.ts';
import { printable } from '../printable.ts';
import type { Outputs } from './outputs.ts';
import { runInProject } from './project.ts';

const folder = join(import.meta.dirname, '../../examples/nextjs');
const modules = join(folder, 'node_modules');

/** Builds the client, and installs it in `examples/nextjs` together with the packages that are missing there. */
export async function installExample(onProgress: (step: string) => void = () => {}): Promise<void> {
  onProgress('client');
  await runInProject('node bin/build-client.ts');
  if (!existsSync(join(modules, 'next'))) {
    onProgress('install');
    await runInProject('npm ci --no-audit --no-fund --prefix examples/nextjs');
  }
  // What was installed may be older: the modules, and the entry points that name them.
  for (const part of ['dist', 'package.json']) {
    cpSync(join(folder, '../../client', part), join(modules, 'belfry', part), { recursive: true });
  }
}

/**
 * Runs `examples/nextjs` on a free port of 127.0.0.1, after `installExample`. The returned URL has a key, without which the
 * example serves no page.
 * @param mode `dev`, or `start` for what was built
 * @throws Error with the output of its server, if it does not start
 */
export async function startExample(
  { HttpApiUrl, WebSocketUrl, JwtSecret }: Pick<Outputs, 'HttpApiUrl' | 'WebSocketUrl' | 'JwtSecret'>,
  mode: 'dev' | 'start',
): Promise<{ url: string; stop(): Promise<void> }> {
  const key = pageKey(JwtSecret, 'example');
  const next = spawn(
    process.execPath,
    [join(modules, 'next/dist/bin/next'), mode, '--port', '0', '--hostname', '127.0.0.1'],
    {
      cwd: folder,
      env: {
        ...process.env,
        NEXT_TELEMETRY_DISABLED: '1',
        BELFRY_API_URL: HttpApiUrl,
        BELFRY_WEB_SOCKET_URL: WebSocketUrl,
        BELFRY_JWT_SECRET: JwtSecret,
        BELFRY_EXAMPLE_KEY: key,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  createInterface(next.stderr).on('line', (line) => console.error(printable(line)));
  const ended = once(next, 'exit');
  const printed: string[] = [];
  for await (const line of createInterface(next.stdout)) {
    printed.push(line);
    const port = /Local:\s+http:\/\/\S+:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    // The rest of the output is read too. Otherwise the server stops when the pipe is full.
    next.stdout.resume();
    return {
      url: `http://localhost:${port}/?key=${key}`,
      async stop() {
        next.kill();
        await ended;
      },
    };
  }
  throw new Error(`The example did not start: ${printed.join(' ')}`);
}
