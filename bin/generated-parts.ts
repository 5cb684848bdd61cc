import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * A document with its generated parts as they should be: each stands between two comments that name it.
 * @param file by its path in the project
 * @throws Error if the document does not have the two comments of a part once
 */
export function withParts(file: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce(
    (text, [name, part]) => {
      const [start, end] = [`<!-- generated: ${name} -->\n`, `<!-- end of generated: ${name} -->\n`];
      const [before, rest = '', ...more] = text.split(start);
      const [old, after, ...others] = rest.split(end);
      if (
        before === undefined ||
        old === undefined ||
        after === undefined ||
        more.length + others.length > 0
      ) {
        throw new Error(`${file} needs the markers of the part "${name}" once: ${start}${end}`);
      }
      return `${before}${start}\n${part}\n\n${end}${after}`;
    },
    readFileSync(join(root, file), 'utf8'),
  );
}

/** A table in Markdown, as the formatter leaves it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
