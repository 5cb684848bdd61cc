import type { Logger } from '../core/ports.ts';

// The request that this environment serves. An environment serves one at a time, so a variable of the module is enough:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
let request_id: string | undefined;

/** From now on each log entry has this request id. Entries of the start of the function have none. */
export function logAs(id: string): void {
  request_id = id;
}

/**
 * A logger that writes one JSON object a line, with the request that Lambda serves as `request_id`.
 *
 * It writes to stdout and not with `console`. In Lambda's JSON format, `console` would put the whole entry into the field
 * `message`. Logs Insights would then read `message.door` instead of `door`, and CloudWatch would not find metrics, which
 * must be at the top level. Lambda does not change lines that are already JSON. It reads their level if they also have a
 * timestamp.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html "Using structured JSON logs with Node.js"
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export const logger: Logger = {
  info: (message, fields) => write('INFO', message, fields),
  error: (message, fields) => write('ERROR', message, fields),
};

function write(level: string, message: string, fields: Record<string, unknown> = {}): void {
  const line = { timestamp: new Date().toISOString(), level, message, request_id, ...fields };
  process.stdout.write(`${printable(JSON.stringify(line, describeErrors))}\n`);
}

/**
 * The same JSON, with escapes for what JSON.stringify leaves as it is and a terminal that shows the log would obey: DEL,
 * U+0080 to U+009F, and formats such as bidirectional overrides.
 */
function printable(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

// JSON.stringify would make {} of an error. Its other properties stay out: drivers hang whole rows on them.
function describeErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return {
    name,
    message,
    ...('code' in value && { code: value.code }),
    stack,
    ...(cause instanceof Error && { cause }),
  };
}
