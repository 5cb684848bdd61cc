/** Prints how many tests of the parts in a directory passed and failed, and ends with 1 unless each part succeeded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory = '.'] = process.argv.slice(2);
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.status'))
  .map((file) => file.slice(0, -'.status'.length));

const parts = names.map((name) => {
  const report = join(directory, `${name}.json`);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const { numPassedTests: passed = 0, numFailedTests = 0, numPendingTests: skipped = 0 } = counts;
  const isSuccess = readFileSync(join(directory, `${name}.status`), 'utf8').trim() === '0';
  // A part can fail outside of its tests: by the check, in a hook, or by a secret in a log.
  const failed = isSuccess ? numFailedTests : Math.max(1, numFailedTests);
  return { name, passed, failed, skipped };
});

const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
for (const { name } of parts.filter(({ failed }) => failed > 0)) console.log(`✗ ${name}`);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
