import { type ParseArgsOptionsConfig, parseArgs, styleText } from 'node:util';
import { isRecord, parseExactly } from '../json.ts';
import { printableLines } from '../printable.ts';
import { messageOf } from '../report.ts';

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values'];

/**
 * Runs a command of this folder: reads its options, and prints its usage for `--help`. If the command fails, it prints
 * one line and ends the process with status 1.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  run: (values: Values<Options>) => Promise<void>,
): Promise<void> {
  // Node would print the message of an error raw.
  process.once('uncaughtException', fail);
  try {
    if (process.argv.includes('--help')) console.log(usage);
    else await run(parseArgs({ options }).values);
  } catch (error) {
    fail(error);
  }
}

/** Prints an error as one line and ends the process with status 1. */
function fail(error: unknown): never {
  console.error(`${styleText('red', '✗', { stream: process.stderr })} ${printableLines(messageOf(error))}`);
  process.exit(1);
}

/**
 * The value of an option that must be a UUID.
 * @throws Error naming the option and the value
 */
export function uuidOption(name: string, value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  throw new Error(
    value === undefined
      ? `--${name} is missing. Give the UUID of a user, for example --${name} 0b5e55ed-0000-4000-8000-000000000001.`
      : `--${name} must be a UUID; it is ${JSON.stringify(value)}.`,
  );
}

/**
 * The value of an option that may be a time span, such as `15m`.
 * @throws Error naming the option, the value and the form
 */
export function timeSpanOption(name: string, value: string | undefined): string | undefined {
  if (
    value === undefined ||
    /^[1-9]\d{0,5} ?([smhdwy]|(sec|min|hr|second|minute|hour|day|week|year)s?)$/i.test(value)
  )
    return value;
  throw new Error(
    `--${name} must be a number and a unit, such as 30s, 15m, 2h or 7d; it is ${JSON.stringify(value)}.`,
  );
}

/**
 * The value of an option that may be a JSON object.
 * @throws Error naming the option and the value
 */
export function objectOption(name: string, value: string | undefined): Record<string, unknown> {
  if (value === undefined) return {};
  const object = readJson(value);
  if (isRecord(object)) return object;
  throw new Error(
    `--${name} must be a JSON object, such as '{"route":"/bookings/981"}'; it is ${JSON.stringify(value)}.`,
  );
}

/** Numbers stay as they were written, so that the service decides about them. */
function readJson(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/**
 * The value of an option that may be a whole number from 1 to 1,000,000.
 * @throws Error naming the option and the value
 */
export function countOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const count = /^\d{1,7}$/.test(value) ? Number(value) : 0;
  if (count >= 1 && count <= 1_000_000) return count;
  throw new Error(`--${name} must be a whole number from 1 to 1000000; it is ${JSON.stringify(value)}.`);
}

/**
 * The settings in options `--context key=value`, as `cdk` takes them: the last one of a key counts.
 * @throws Error naming an option of another form
 */
export const contextOption = (given: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    given.map((option) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
      if (key !== undefined && value !== undefined) return [key, value];
      throw new Error(
        `--context must be an option and its value, such as alarms=essential; it is ${JSON.stringify(option)}.`,
      );
    }),
  );
