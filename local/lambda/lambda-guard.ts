import { spawn } from 'node:child_process';

/** Looks after environments in case this process ends without stopping them. */
export interface Guard {
  watch(pid: number): void;
  stop(): void;
}

/**
 * Starts a shell that notices when this process is gone, however it ended, since its standard input then closes. It
 * wakes the environments it was told of, so that they notice too and end by themselves: a frozen one cannot. To wake a
 * process that has taken the number of one long gone does no harm.
 */
export function startGuard(): Guard {
  const script = 'while read -r pid; do pids="$pids $pid"; done; kill -CONT $pids';
  // In a session of its own, so that Ctrl-C in the terminal does not reach it.
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // It may have been ended by someone else; what it would have guarded is then ended by `stop` alone.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    stop: () => void shell.kill('SIGKILL'),
  };
}
