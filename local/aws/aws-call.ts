import { AwsError } from './aws-error.ts';
import type { Principal } from './iam.ts';
import type { CallContext } from './iam-conditions.ts';

/** A call of an AWS SDK by a known caller. `authorize` throws if the caller is not allowed to do this. */
export interface AwsCall {
  principal: Principal;
  authorize(action: string, resource: string, context?: CallContext): void;
  operation: string;
  body: Buffer;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  url: URL;
}

/** The answer to a call. If `headers` has no request id, one is added. */
export interface AwsAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** Answers the calls to one service; throws `AwsError` or `AccessDenied`. */
export type AwsService = (call: AwsCall) => Promise<AwsAnswer>;

/** Reads the members of a JSON request. A member of another type throws `SerializationException`. */
export interface Input {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  texts(name: string): string[];
  inputs(name: string): Input[];
  /** Whether the member is there. */
  has(name: string): boolean;
  /** As `text`, but throws `MissingParameter` if there is no such member. */
  requiredText(name: string): string;
}

/** Reads the body of a call in a JSON protocol of AWS. */
export function parseInput(body: Buffer): Input {
  try {
    return inputOf(JSON.parse(body.toString() || '{}'), 'the request');
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new AwsError('SerializationException', 'The request is not JSON.');
    throw error;
  }
}

function inputOf(value: unknown, where: string): Input {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mistyped(where, 'an object');
  const members: Record<string, unknown> = { ...value };
  const list = (name: string): unknown[] => {
    const found = members[name] ?? [];
    if (!Array.isArray(found)) throw mistyped(name, 'a list');
    return found;
  };
  const input: Input = {
    text(name) {
      const found = members[name] ?? undefined;
      if (found !== undefined && typeof found !== 'string') throw mistyped(name, 'a string');
      return found;
    },
    number(name) {
      const found = members[name] ?? undefined;
      if (found !== undefined && typeof found !== 'number') throw mistyped(name, 'a number');
      return found;
    },
    texts: (name) =>
      list(name).map((item) => {
        if (typeof item !== 'string') throw mistyped(name, 'a list of strings');
        return item;
      }),
    inputs: (name) => list(name).map((item) => inputOf(item, name)),
    has: (name) => members[name] !== undefined && members[name] !== null,
    requiredText(name) {
      const found = input.text(name);
      if (found === undefined) {
        throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
      }
      return found;
    },
  };
  return input;
}

function mistyped(name: string, type: string): AwsError {
  return new AwsError('SerializationException', `${name} must be ${type}.`);
}
