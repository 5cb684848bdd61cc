import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Clock } from './clock.ts';
import type { Invocation, Invoker } from './lambda.ts';

/** Calls a function and waits for what it returns; rejects where the function may not or cannot be called. */
export type Invoke = (functionArn: string, event: unknown, invoker: Invoker) => Promise<Invocation>;

/** What came of calling a function: its result, or why there is none, in words fit for a report. */
export type Outcome =
  | { kind: 'returned'; payload: unknown }
  | { kind: 'failed' | 'refused' | 'timed out'; reason: string };

/**
 * Calls a function as API Gateway does and never rejects: `failed` is an error of the function, `refused` a call
 * that Lambda did not take (no permission, throttled), `timed out` a function that took longer than `timeoutMs`.
 */
export async function callFunction(
  { clock, invoke }: { clock: Clock; invoke: Invoke },
  target: { functionArn: string; sourceArn: string; timeoutMs: number },
  event: unknown,
): Promise<Outcome> {
  const timeOut = Promise.withResolvers<Outcome>();
  const cancel = clock.after(target.timeoutMs, () =>
    timeOut.resolve({ kind: 'timed out', reason: `no answer from the function in ${target.timeoutMs} ms` }),
  );
  const invoker = { principal: 'apigateway.amazonaws.com', sourceArn: target.sourceArn };
  const call = invoke(target.functionArn, event, invoker).then(outcomeOf, refusal);
  try {
    return await Promise.race([call, timeOut.promise]);
  } finally {
    cancel();
  }
}

function outcomeOf({ payload, functionError }: Invocation): Outcome {
  if (functionError === undefined) return { kind: 'returned', payload };
  // The error's message stays out of the report: it may quote what a user sent.
  const errorType = isRecord(payload) ? payload.errorType : undefined;
  return { kind: 'failed', reason: `the function failed: ${errorType ?? functionError}` };
}

function refusal(error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'refused', reason: `the function was not called: ${reason}` };
}

/** Whether a value is an object with named fields (no array, no null). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON text says, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A new request, message or connection id, of the form `L0SM9cOFvHcCIhw=` that API Gateway gives. */
export function newGatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** A time as API Gateway's events write it, in common log format: `12/Mar/2020:19:03:58 +0000`. */
export function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** The headers that API Gateway adds to each request on its way to a function. */
export function forwardedHeaders(request: IncomingMessage, now: number): Record<string, string> {
  const second = Math.floor(now / 1000).toString(16);
  return {
    'X-Amzn-Trace-Id': `Root=1-${second}-${randomBytes(12).toString('hex')}`,
    'X-Forwarded-For': request.socket.remoteAddress ?? '',
    'X-Forwarded-Port': String(request.socket.localPort ?? ''),
    'X-Forwarded-Proto': 'http',
  };
}

/** Splits a request target into its path and its query string, both still encoded. */
export function splitTarget(target: string | undefined): { path: string; query: string } {
  const [path = '/', ...query] = (target ?? '/').split('?');
  return { path, query: query.join('?') };
}

/**
 * Reads a request's body, or answers undefined where it is longer than `maxBytes`. A body that is too long is still
 * read to its end and dropped: a client that is cut off while it sends does not see the answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** Starts listening (0 takes a free port) and answers the port; throws with the remedy where the port is taken. */
export async function listen(server: Server, port: number, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(
      `Port ${port} is in use by another program; choose another with --port, or --port 0 for free ones.`,
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${host}:${port} is no TCP address.`);
  return address.port;
}

/** Stops listening and cuts the connections that are still open; a second call changes nothing. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
