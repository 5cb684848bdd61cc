/** Runs every `check:*` script of package.json at the same time. Prints the whole output of each one that fails, and no other. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));

/** Runs one script, and prints what it wrote if it fails. */
async function succeeds(name: string): Promise<boolean> {
  const { promise: exit, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(process.execPath, ['--run', name], {
    cwd: root,
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.once('error', reject).once('close', resolve);
  const [code, ...output] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  if (code !== 0) console.error(`✗ npm run ${name}\n${output.join('')}`);
  return code === 0;
}

const results = await Promise.all(names.map(succeeds));
if (results.includes(false)) process.exitCode = 1;
else console.log(`✓ ${names.join(', ')}`);
