import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { SystemOptions } from '../../local/system.ts';
import { descendantsOf, type Process } from './processes.ts';
import type { InstallationOutputs } from './running-system.ts';

/** What the process is asked to run. */
export interface RunRequest extends Pick<SystemOptions, 'assemblyDirectory' | 'stateDirectory' | 'ports'> {
  logDirectory: string | undefined;
}

/** The template, running in a process of its own. */
export interface KillableSystem {
  outputs: InstallationOutputs;
  databaseUrl: string;
  /** Ends the process by SIGKILL, and answers what it had started. */
  kill(): Promise<Process[]>;
}

/** Runs the template in a process of its own, on these ports and on the data of whoever ran on them before. */
export async function startKillableSystem(
  options: Pick<RunRequest, 'stateDirectory' | 'ports'>,
): Promise<KillableSystem> {
  const child = fork(join(import.meta.dirname, 'run-system.ts'), { execArgv: [] });
  const exited = once(child, 'exit');
  child.send({
    ...options,
    assemblyDirectory: inject('assemblyDirectory'),
    logDirectory: inject('logDirectory'),
  } satisfies RunRequest);
  const started = once(child, 'message').then(([message]) => message);
  const ended = exited.then(([code]) => {
    throw new Error(`The system ended with ${code} before it ran.`);
  });
  const { outputs, databaseUrl } = await Promise.race([started, ended]);
  return {
    outputs,
    databaseUrl,
    async kill() {
      // Held while they are counted, so that it gets no further than it was.
      child.kill('SIGSTOP');
      const orphans = descendantsOf(child.pid ?? 0);
      child.kill('SIGKILL');
      await exited;
      return orphans;
    },
  };
}

/**
 * Ports that nobody listens on. They are below those that the system gives to clients, so that they can be bound again
 * after a while.
 */
export async function freePorts(): Promise<SystemOptions['ports']> {
  const [http, socket, aws, postgres] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { http, socket, aws, postgres };
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
