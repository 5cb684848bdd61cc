import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isRecord, parseJson } from '../json.ts';

/** How a secret is generated. Names, meanings and defaults are those of Secrets Manager's GetRandomPassword. */
export interface GenerateSecretString {
  passwordLength?: number | undefined;
  excludeCharacters?: string | undefined;
  excludePunctuation?: boolean | undefined;
  /** The key of the password in the JSON of `secretStringTemplate`. Both are given, or none. */
  generateStringKey?: string | undefined;
  secretStringTemplate?: string | undefined;
}

export interface Secrets {
  /** Makes a secret with this value. */
  put(arn: string, name: string, value: string): void;
  /** Makes a secret with a generated value. If an earlier run has generated one, it is used again. */
  generate(arn: string, name: string, how: GenerateSecretString): void;
  /** Adds fields to a secret that is a JSON object, as a target attachment does. */
  attach(arn: string, fields: Record<string, string | number>): void;
  /** The value of the secret with this ARN or name. Throws if there is none. */
  value(arnOrName: string): string;
  /** The value of `{{resolve:secretsmanager:<reference>}}`. Throws if the reference has a form that is not supported. */
  resolveReference(reference: string): string;
  /** Every generated password, without the rest of its secret. */
  passwords(): string[];
}

/**
 * The part of Secrets Manager that a template uses. Generated values are kept in `file`, which only its owner can read,
 * so that the next run can open the data of this run. No error contains a value.
 */
export function createSecrets({ file }: { file: string }): Secrets {
  const generated = readKept(file);
  const values = new Map<string, string>();
  const arns = new Map<string, string>();
  const passwords: string[] = [];

  function put(arn: string, name: string, value: string): void {
    values.set(arn, value);
    arns.set(name, arn);
  }

  function value(arnOrName: string): string {
    const found = values.get(arns.get(arnOrName) ?? arnOrName);
    if (found === undefined) throw new Error(`There is no secret ${arnOrName}.`);
    return found;
  }

  return {
    put,
    value,
    passwords: () => passwords,
    generate(arn, name, how) {
      const kept = generated[name] ?? generateSecretString(how);
      if (generated[name] === undefined) {
        generated[name] = kept;
        writeFileSync(file, `${JSON.stringify(generated, null, 2)}\n`, { mode: 0o600 });
      }
      put(arn, name, kept);
      const { generateStringKey: key } = how;
      passwords.push(key ? String(parseObject(kept, arn)[key]) : kept);
    },
    attach(arn, fields) {
      values.set(arn, JSON.stringify({ ...parseObject(value(arn), arn), ...fields }));
    },
    resolveReference(reference) {
      // An ARN has colons of its own, so the reference is read from `SecretString` on.
      const [, arnOrName, key, stage, version] =
        /^(.+?):SecretString(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?$/.exec(reference) ?? [];
      if (!arnOrName || version || (stage && stage !== 'AWSCURRENT')) {
        throw new Error(
          `The dynamic reference secretsmanager:${reference} is not supported locally. Use <arn or name>:SecretString:<key>.`,
        );
      }
      if (!key) return value(arnOrName);
      const field = parseObject(value(arnOrName), arnOrName)[key];
      if (field === undefined) throw new Error(`The secret ${arnOrName} has no key ${key}.`);
      return String(field);
    },
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
function generateSecretString(how: GenerateSecretString): string {
  const { passwordLength = 32, excludeCharacters = '', excludePunctuation = false } = how;
  const alphabets = [letters, letters.toUpperCase(), digits, excludePunctuation ? '' : punctuation]
    .map((alphabet) => [...alphabet].filter((sign) => !excludeCharacters.includes(sign)))
    .filter((alphabet) => alphabet.length > 0);
  const pick = (from: string[]) => from[randomInt(from.length)] ?? '';
  if (alphabets.length === 0 || passwordLength < alphabets.length) {
    throw new Error(
      `A secret of ${passwordLength} characters cannot be generated: exclude fewer characters, or make it longer.`,
    );
  }
  const signs = alphabets.map(pick);
  while (signs.length < passwordLength) signs.push(pick(alphabets.flat()));
  // One sign of each alphabet stands at the beginning until all are shuffled.
  for (let last = signs.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [signs[last], signs[other]] = [signs[other] ?? '', signs[last] ?? ''];
  }
  const password = signs.join('');
  if (!how.generateStringKey) return password;
  const template = parseObject(how.secretStringTemplate ?? '{}', 'with a SecretStringTemplate');
  return JSON.stringify({ ...template, [how.generateStringKey]: password });
}

function readKept(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(
      `${file} has the secrets of earlier runs, and cannot be read. Restore it, or start again with --reset.`,
    );
  }
}

function parseObject(text: string, secret: string): Record<string, unknown> {
  // Not JSON.parse, whose error quotes the text, which is secret.
  const value = parseJson(text);
  if (isRecord(value)) return value;
  throw new Error(`The secret ${secret} is not a JSON object, so it has no keys.`);
}
