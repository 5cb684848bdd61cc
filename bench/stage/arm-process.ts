/**
 * The program of an arm. It imports a module with a `handler` once. Then it serves one request at a time, as an environment of
 * Lambda does, or all requests at the same time, as a server.
 */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { ArmReply, ArmRequest } from './arm.ts';
import { obeyParent } from './child-process.ts';
import { failureOf } from './requests.ts';

obeyParent();
const [, , module = '', kind] = process.argv;
const { handler } = await import(pathToFileURL(module).href);

let queue = Promise.resolve();
process.on('message', (request: ArmRequest) => {
  if (kind === 'server') void serve(request);
  else queue = queue.then(() => serve(request));
});
process.send?.('ready');

async function serve({ id, events, remainingMs }: ArmRequest): Promise<void> {
  const endsAt = performance.now() + remainingMs;
  const contextOf = () => ({
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => endsAt - performance.now(),
  });
  const before = process.cpuUsage();
  try {
    for (const event of events) check(await handler(event, contextOf()));
    const { user, system } = process.cpuUsage(before);
    reply({ id, cpuUs: user + system });
  } catch (error) {
    reply({ id, failure: failureOf(error) });
  }
}

/** A refusal is fast, and must not count as work done. */
function check(answer: unknown): void {
  const status = typeof answer === 'object' && answer !== null && 'statusCode' in answer && answer.statusCode;
  if (typeof status === 'number' && status >= 300) throw new Error(JSON.stringify(answer));
}

function reply(message: ArmReply): void {
  process.send?.(message);
}
