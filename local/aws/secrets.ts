import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isRecord, parseJson } from '../json.ts';

/** How Secrets Manager makes a secret up, with the names, meanings and defaults of its GetRandomPassword. */
export interface GenerateSecretString {
  passwordLength?: number | undefined;
  excludeCharacters?: string | undefined;
  excludePunctuation?: boolean | undefined;
  /** The key under which the password is put into `secretStringTemplate`; both or neither. */
  generateStringKey?: string | undefined;
  secretStringTemplate?: string | undefined;
}

export interface Secrets {
  /** Makes a secret with this value. */
  put(arn: string, name: string, value: string): void;
  /** Makes a secret with a generated value, the one of the last run where there was one. */
  generate(arn: string, name: string, how: GenerateSecretString): void;
  /** Adds fields to a secret that is a JSON object, as a target attachment does. */
  attach(arn: string, fields: Record<string, string | number>): void;
  /** The value of the secret with this ARN or name; throws where there is none. */
  value(arnOrName: string): string;
  /** The value behind `{{resolve:secretsmanager:<reference>}}`; throws on a form that is not honoured here. */
  resolveReference(reference: string): string;
  /** Every password that was generated, without what stands beside it in its secret. */
  passwords(): string[];
}

/**
 * Secrets Manager, as far as a template speaks to it. Generated values are kept in `file`, which only its owner may
 * read, so that data locked by them stays readable. No error names a value.
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
          `The dynamic reference secretsmanager:${reference} is not supported locally; <arn or name>:SecretString:<key> is.`,
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
      `${file} cannot be read as the secrets of an earlier run: restore it, or begin anew without it.`,
    );
  }
}

function parseObject(text: string, secret: string): Record<string, unknown> {
  // Not JSON.parse, whose error quotes the text, which is secret.
  const value = parseJson(text);
  if (isRecord(value)) return value;
  throw new Error(`The secret ${secret} is not a JSON object, so it has no keys.`);
}
