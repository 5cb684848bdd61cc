import { execFileSync } from 'node:child_process';

/** A process of this machine, with its command line. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The processes that a process has started and that still run. */
export function childrenOf(parent: number): Process[] {
  return processes().filter((process) => process.parent === parent);
}

/** Ends processes at once, without a chance to tidy up. */
export function killAll(processes: readonly Process[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended since.
    }
  }
}

function processes(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}
