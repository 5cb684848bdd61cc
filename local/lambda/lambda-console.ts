import { format } from 'node:util';

/** The levels, and the methods of the console that log with each. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

let requestId = '-';

/** From now on, what is logged is of this request. */
export function logRequest(id: string): void {
  requestId = id;
}

/**
 * Makes `console` write as it does on Lambda: one line to stdout for each call, in the format of `AWS_LAMBDA_LOG_FORMAT`,
 * and nothing below the level of `AWS_LAMBDA_LOG_LEVEL`.
 */
export function patchConsole(): void {
  const order = Object.keys(levels);
  const least = order.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE');
  for (const [level, method] of Object.entries(levels)) {
    const isLogged = order.indexOf(level) >= least;
    console[method] = isLogged ? (...values: unknown[]) => write(level, values) : () => {};
  }
  console.log = console.info;
}

/** Logs an error after which a request or the start of the environment ends. */
export function logError(what: 'Init Error' | 'Invoke Error', thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (isJson()) console.error(error);
  else console.error(what, `\t${JSON.stringify(error, withText)}`);
}

const isJson = () => process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';

function write(level: string, values: unknown[]): void {
  const timestamp = new Date().toISOString();
  const line = isJson()
    ? JSON.stringify({ timestamp, level, requestId, ...entryOf(values) }, withFields)
    : [timestamp, requestId, level, format(...values)].join('\t').replaceAll('\n', '\r');
  process.stdout.write(`${line}\n`);
}

/** A single value is logged as it is. Several are one text, with the fields of the first error among them. */
function entryOf(values: unknown[]): object {
  if (values.length === 1) return { message: values[0] };
  const error = values.slice(1).find((value) => value instanceof Error);
  return { message: format(...values), ...(error && fieldsOf(error)) };
}

const fieldsOf = (error: Error) => ({
  errorType: error.constructor.name,
  errorMessage: error.message,
  stackTrace: error.stack?.split('\n'),
});

const withFields = (_key: string, value: unknown) =>
  value instanceof Error ? { ...fieldsOf(value), ...value } : value;

const withText = (_key: string, value: unknown) =>
  value instanceof Error
    ? { errorType: value.name, errorMessage: value.message, ...value, stack: value.stack?.split('\n') }
    : value;
