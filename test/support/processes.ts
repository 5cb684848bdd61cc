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

/** Ends processes at once, without a chance to tidy up. */
function killAll(some: readonly Process[]): void {
  for (const { pid } of stillRunning(some)) process.kill(pid, 'SIGKILL');
}

/** Ends the PostgreSQL of this process's system with each of its own processes, as a machine does that fails. */
export function killPostgres(): void {
  const server = descendantsOf(process.pid).filter(({ command }) => /postgres(:| -D)/.test(command));
  if (server.length < 2) throw new Error('There is no PostgreSQL with processes of its own.');
  killAll(server);
}

function processes(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}
