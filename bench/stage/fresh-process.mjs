// A fresh process: imports a bundle, and answers one event if one is given. Prints what that took. Plain JavaScript, since
// compiling TypeScript would go on beside what is measured.
import { createRequire } from 'node:module';

const [, , bundle, event] = process.argv;
const cpuBefore = process.cpuUsage();
const begunAt = performance.now();
try {
  // As Lambda's runtime client loads it: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  const load = bundle.endsWith('.mjs') ? (path) => import(path) : createRequire(import.meta.url);
  const { handler } = await load(bundle);
  if (event) {
    const answer = await handler(JSON.parse(event), { awsRequestId: '0b5e55ed-0000-4000-8000-000000000000' });
    if (answer?.statusCode >= 300) throw new Error(JSON.stringify(answer));
  }
  const ms = performance.now() - begunAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  process.stderr.write(JSON.stringify({ cpuMs: (user + system) / 1_000, ms }));
} catch (error) {
  // An error of a bundle would print a line of it, which has hundreds of kilobytes.
  process.stderr.write(JSON.stringify({ failure: `${error}: ${error.cause ?? ''}`.slice(0, 500) }));
}
// A connection to the database would keep the process.
process.exit();
