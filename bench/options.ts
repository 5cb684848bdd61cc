import { parseArgs } from 'node:util';
import { nearest } from '../lib/nearest.ts';

export const usage = `npm run bench                       measures everything, in half an hour
npm run bench -- create page        measures these
npm run bench -- create --quick     with less data, in less than a minute for each name
npm run bench -- --list             lists the names
npm run bench -- --seed 7           draws other orders and intervals; the same seed draws the same ones`;

const options = {
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
} as const;

/** What to do. */
export type Command =
  | { kind: 'help' }
  | { kind: 'list' }
  | { kind: 'run'; names: string[]; isQuick: boolean; seed: number };

/**
 * Reads the arguments of the command. Without a name it is about all benches.
 * @param known the names of all benches
 * @throws Error that names what is wrong, and what was probably meant
 */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name in options) continue;
    throw unknown(
      'option',
      token.rawName,
      Object.keys(options).map((name) => `--${name}`),
    );
  }
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  for (const name of positionals) if (!known.includes(name)) throw unknown('bench', name, known);
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  return {
    kind: 'run',
    names: known.filter((name) => positionals.length === 0 || positionals.includes(name)),
    isQuick: values.quick,
    seed: seedOf(values.seed),
  };
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--seed must be a whole number below 1,000,000,000; it is ${JSON.stringify(text)}.`);
}

function unknown(kind: 'option' | 'bench', given: string, known: readonly string[]): Error {
  const meant = nearest(given, known);
  const hint = meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  return new Error(`There is no ${kind} ${JSON.stringify(given)}. ${hint}`);
}
