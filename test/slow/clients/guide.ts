import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');
const [, section = ''] = guide.split('\n## Generated clients\n');
const blocks = [...(section.split('\n## ')[0]?.matchAll(/^```(\w*)\n(.*?)^```$/gms) ?? [])];

/** The example in this language that docs/api.md prints. */
export function printedExample(language: 'ts' | 'python' | 'go'): string {
  const found = blocks.find(([, each]) => each === language)?.[2];
  if (found === undefined)
    throw new Error(`The section "Generated clients" of docs/api.md has no example in ${language}.`);
  return found;
}

/** The arguments of the command that docs/api.md prints for this program. */
export function printedArguments(program: string): string[] {
  const lines = blocks.flatMap(([, language, text = '']) => (language === '' ? text.split('\n') : []));
  const found = lines.find((line) => line.split(' ').includes(program));
  if (found === undefined)
    throw new Error(`The section "Generated clients" of docs/api.md does not run ${program}.`);
  const words = found.split(' ');
  return words.slice(words.indexOf(program) + 1);
}
