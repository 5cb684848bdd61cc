import { execFileSync } from 'node:child_process';

/** A process of this machine, with its command line. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The processes that a process has started, that those have started, and so on. */
export function descendantsOf(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** Those of them that still run. */
export function stillRunning(some: readonly Process[]): Process[] {
  const now = processes();
  // By the command too, since a number is given out again.
  return some.filter(({ pid, command }) => now.some((one) => one.pid === pid && one.command === command));
}

/** Ends processes at once, without a chance to tidy up; those that have ended meanwhile are passed over. */
export function killAll(some: readonly Process[]): void {
  for (const { pid } of some) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/**
 * The PostgreSQL of this process's system: the server, then each of its own processes. To kill them all is what a machine
 * does that fails; those that it starts later end by themselves once it is gone.
 */
export function postgresProcesses(): [server: Process, ...Process[]] {
  const [server, ...own] = descendantsOf(process.pid).filter(({ command }) =>
    /postgres(:| -D)/.test(command),
  );
  if (!server || own.length === 0) throw new Error('There is no PostgreSQL with processes of its own.');
  return [server, ...own];
}

/** The processes of this process's system in which a function runs. Their environment says which function it is. */
export function processesOfFunction(functionName: string): Process[] {
  const own = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
  return processes('e').filter(
    ({ pid, command }) => own.has(pid) && command.includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName} `),
  );
}

/** @param flags of `ps`: with `e` a command ends with the variables of its environment */
function processes(flags = ''): Process[] {
  const format = ['-A', ...(flags && [flags]), '-ww', '-o', 'pid=,ppid=,args='];
  const lines = execFileSync('ps', format, { encoding: 'utf8', maxBuffer: 64 * 1_024 ** 2 })
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}
