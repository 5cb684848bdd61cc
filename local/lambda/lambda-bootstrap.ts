/**
 * The program of an environment's process. It imports the bundle of the function once, and then serves one request at a
 * time. The parent sends `Request` and gets `Reply` of lambda-environment.ts. Errors have the shapes of AWS's runtime.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { setClockOffset } from './lambda-clock.ts';
import type { Reply, Request } from './lambda-environment.ts';

type Handler = (event: unknown, context: object) => unknown;

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const loading = loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER'));
// The first request reports a failed import. Until then, the rejection must not count as unhandled.
loading.catch(() => {});

process.on('message', (request: Request) => void serve(request));
// The parent has ended. No environment may stay behind.
process.on('disconnect', () => process.exit());
// Ctrl-C in a terminal reaches every process of the group. Only the parent ends requests.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => fail(describe(error), 129));
process.on('unhandledRejection', (reason) =>
  fail(
    { ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason) },
    128,
  ),
);

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

async function loadHandler(root: string, handlerName: string): Promise<Handler> {
  const [moduleName, exportName] = basename(handlerName).split('.');
  if (!moduleName || !exportName) {
    throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const stem = join(root, dirname(handlerName), moduleName);
  const file = [`${stem}.mjs`, `${stem}.js`, `${stem}.cjs`].find(existsSync);
  if (!file) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`);
  const exported = await importBundle(file);
  const handler = exported[exportName];
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  }
  if (handler.length >= 3) {
    // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
        'You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  }
  return (event, context) => handler(event, context);
}

async function importBundle(file: string): Promise<Record<string, unknown>> {
  try {
    const imported: Record<string, unknown> = await import(pathToFileURL(file).href);
    // Node cannot find all exports of a CommonJS bundle. They are all properties of `default`.
    return typeof imported.default === 'object' ? { ...imported.default, ...imported } : imported;
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

async function serve(request: Request): Promise<void> {
  setClockOffset(request.clockOffsetMs);
  let handler: Handler;
  try {
    handler = await loading;
  } catch (error) {
    // Lambda writes it to the log too. It cannot contain anything of a request yet.
    console.error(error);
    return fail(describe(error), 1);
  }
  reply({ kind: 'started' });
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    reply({ kind: 'result', payload: stringify(result) });
  } catch (error) {
    logInvokeError(error, request.requestId);
    reply({ kind: 'failure', payload: JSON.stringify(describe(error)) });
  }
}

/**
 * Writes what AWS's runtime writes to the log when a handler throws, in Lambda's JSON format. It contains all properties
 * and causes of the error, so that a test finds a secret that would be in the log on AWS.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
function logInvokeError(thrown: unknown, requestId: string): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const line = {
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    requestId,
    message: format('Invoke Error', error),
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: error.stack?.split('\n') ?? [],
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The context that Lambda documents: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId, invokedFunctionArn, functionVersion, timeoutMs }: Request): object {
  const deadline = performance.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion,
    invokedFunctionArn,
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    awsRequestId: requestId,
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
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

/** Reports an error after which the environment cannot be used, and ends the process. */
function fail(error: ReturnType<typeof describe>, exitCode: number): void {
  reply({ kind: 'fatal', payload: JSON.stringify(error) }, () => process.exit(exitCode));
}
