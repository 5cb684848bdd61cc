import { spawn } from 'node:child_process';

/** Cleans up behind this process, if it ends without doing so itself. */
export interface ProcessGuard {
  /** Sends a line to the script. */
  tell(line: string): void;
  /** Ends the guard. Its script does not run to its end. */
  stop(): void;
}

/**
 * Starts a shell script that reads its standard input. The input ends when this process ends, in whatever way, also by
 * SIGKILL; the script then does what is left to do.
 * @param args `$1`, `$2` … of the script
 */
export function startGuard(script: string, ...args: string[]): ProcessGuard {
  // A session of its own, so that Ctrl-C in the terminal does not end the guard.
  const options = { detached: true, stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'] };
  const shell = spawn('/bin/sh', ['-c', script, 'sh', ...args], options);
  // If someone ends the guard, only the orderly stop of this process still cleans up.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  return {
    tell: (line) => void shell.stdin.write(`${line}\n`),
    stop: () => void shell.kill('SIGKILL'),
  };
}
