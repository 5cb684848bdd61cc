import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Runs a command of this project in its folder, with the programs that its packages bring.
 * @param environment beside that of this process
 * @throws Error with the first error that the command printed, where it fails
 */
export function runInProject(command: string, environment: Record<string, string> = {}): Promise<void> {
  const bin = join(root, 'node_modules/.bin');
  const child = spawn(command, {
    shell: true,
    cwd: root,
    env: { ...process.env, ...environment, PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command}\` failed: ${errorIn(printed)} Run it by itself to see all of it.`));
    });
  });
}

/** The line that says what went wrong, among the stack traces and excerpts around it. */
function errorIn(printed: string): string {
  const lines = printed.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /\berror\b.*[:\]] /i.test(line)) ?? lines.find(Boolean) ?? 'it printed nothing.'
  );
}
