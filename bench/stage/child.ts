import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';

/** A program of a bench in a process of its own. */
export interface Child {
  pid: number;
  process: ChildProcess;
  /** What the program has sent when it was ready. */
  ready: unknown;
  stop(): Promise<void>;
}

/**
 * Starts a program, and resolves when it has sent its first message. It ends with this process: its channel is cut then. It
 * gets the given variables and no other, so that settings of the person who runs the bench change nothing.
 * @throws Error if the program ends before
 */
export async function startChild(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = fork(program, args, {
    env: { PATH: process.env.PATH, ...environment },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // A function writes metrics to its output, which go to nowhere here. Its complaints go to the terminal.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ready: Serializable | undefined = await Promise.race([
    once(child, 'message').then(([message]) => message),
    exited.then(() => undefined),
  ]);
  if (ready === undefined || child.pid === undefined)
    throw new Error(`${program} has ended (${child.signalCode ?? child.exitCode}) before it was ready.`);
  return {
    pid: child.pid,
    process: child,
    ready,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The port that a server in a child has sent. */
export function portOf({ ready }: Child): number {
  if (typeof ready === 'object' && ready !== null && 'port' in ready && typeof ready.port === 'number')
    return ready.port;
  throw new Error(`The server has sent ${JSON.stringify(ready)}, and no port.`);
}
