import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { SystemOptions } from '../../local/system.ts';
import { freePort } from './free-port.ts';
import { descendantsOf, type Process } from './processes.ts';
import { templateOf } from './templates.ts';
import type { InstallationOutputs } from './watched-system.ts';

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

/** Runs the template in a process of its own, on these ports and on the data of the system that used them before. */
export async function startKillableSystem(
  options: Pick<RunRequest, 'stateDirectory' | 'ports'>,
): Promise<KillableSystem> {
  const child = fork(join(import.meta.dirname, 'run-system.ts'), { execArgv: [] });
  const exited = once(child, 'exit');
  child.send({
    ...options,
    assemblyDirectory: await templateOf(),
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

/** Free ports that can be bound again later. */
export async function freePorts(): Promise<SystemOptions['ports']> {
  const [http, socket, aws, postgres] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { http, socket, aws, postgres };
}
