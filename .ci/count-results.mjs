/**
 * Prints which tests of the parts in a directory were skipped, how many passed and failed, and ends with 1 unless each part
 * succeeded.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory = '.'] = process.argv.slice(2);
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.status'))
  .map((file) => file.slice(0, -'.status'.length));

const parts = names.map((name) => {
  const report = join(directory, `${name}.json`);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const { numPassedTests: passed = 0, numFailedTests = 0, testResults = [] } = counts;
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status))
    // A group of tests that needs something says in its name what that is.
    .map(({ ancestorTitles, meta }) => meta.ministackCannot ?? ancestorTitles.join(', '));
  const isSuccess = readFileSync(join(directory, `${name}.status`), 'utf8').trim() === '0';
  // A part can fail outside of its tests: by the check, in a hook, or by a secret in a log.
  const failed = isSuccess ? numFailedTests : Math.max(1, numFailedTests);
  return { name, passed, failed, skipped };
});

const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
const skipped = parts.flatMap((part) => part.skipped);
for (const reason of new Set(skipped)) {
  console.log(`↓ ${skipped.filter((each) => each === reason).length} skipped: ${reason}`);
}
for (const { name } of parts.filter(({ failed }) => failed > 0)) console.log(`✗ ${name}`);
const end = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
console.log(`${sum('passed')} passed, ${sum('failed')} failed${end}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
