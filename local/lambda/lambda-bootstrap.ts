/**
 * The program of an environment's process. It imports the bundle of the function once, and then serves one request at a
 * time. Its parent, the host, sends `Request` and gets `Reply` of lambda-messages.ts. Errors, context and log are those of AWS's
 * runtime client for Node 24; test/slow/runtime-client compares them.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
import { performance } from 'node:perf_hooks';
import { setClockOffset } from './lambda-clock.ts';
import { logError, logRequest, patchConsole } from './lambda-console.ts';

import { type Handler, loadHandler, RuntimeError } from './lambda-handler.ts';
import type { Reply, Request } from './lambda-messages.ts';

patchConsole();
const loading = loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER'));
// The first request reports a failed import. Until then, the rejection must not count as unhandled.
loading.catch(() => {});

process.on('message', (request: Request) => void serve(request));
// The parent has ended. No environment may stay behind.
process.on('disconnect', () => process.exit());
// Ctrl-C in a terminal reaches every process of the group. Only the runtime ends requests.
process.on('SIGINT', () => {});

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

async function serve(request: Request): Promise<void> {
  setClockOffset(request.clockOffsetMs);
  let handler: Handler;
  try {
    handler = await loading;
  } catch (error) {
    logError('Init Error', error);
    return reply({ kind: 'fatal', payload: JSON.stringify(describe(error)) }, () => process.exit(1));
  }
  logRequest(request.requestId);
  process.env._X_AMZN_TRACE_ID = request.traceId;
  reply({ kind: 'started' });
  // As on Lambda, the process ends if the handler waits for something that cannot happen any more.
  process.channel?.unref();
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    reply({ kind: 'result', payload: stringify(result) });
  } catch (error) {
    logError('Invoke Error', error);
    reply({ kind: 'failure', payload: JSON.stringify(describe(error)) });
  } finally {
    process.channel?.ref();
  }
}

/** The context that Lambda documents: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId, invokedFunctionArn, functionVersion, timeoutMs, traceId }: Request): object {
  const deadline = performance.now() + timeoutMs;
  return {
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn,
    awsRequestId: requestId,
    tenantId: undefined,
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion,
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
  };
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new RuntimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

function reply(message: Reply, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}
