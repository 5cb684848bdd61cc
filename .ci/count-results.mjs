/**
 * Prints which tests of the parts in a directory were skipped and which failed, with their errors, and how many passed and
 * failed. Ends with 1 unless each part succeeded.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

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
  return { name, passed, failed, skipped, errors: testResults.flatMap(errorsOf) };
});

/** Says for each failed test of a file, or for a file that failed outside of its tests, what failed and why. */
function errorsOf({ name, message, status, assertionResults }) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${file}\n${indent(message)}`];
  return failed.map(
    ({ fullName, failureMessages }) => `${file} > ${fullName}\n${indent(failureMessages.join('\n'))}`,
  );
}

function indent(text) {
  return text
    .split('\n')
    .slice(0, 30)
    .map((line) => `    ${line}`)
    .join('\n');
}

const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
const skipped = parts.flatMap((part) => part.skipped);
for (const reason of new Set(skipped)) {
  console.log(`↓ ${skipped.filter((each) => each === reason).length} skipped: ${reason}`);
}
for (const { name, errors } of parts.filter(({ failed }) => failed > 0)) {
  console.log(`✗ ${name}`);
  for (const error of errors) console.log(`  ✗ ${error}`);
}
const end = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
console.log(`${sum('passed')} passed, ${sum('failed')} failed${end}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
