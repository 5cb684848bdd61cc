import { stripVTControlCharacters } from 'node:util';
import type { Refusal } from './refusal.ts';
import { type RefusalName, refusals } from './refusals.ts';

/** A refusal in what a command has printed, in words for a person. */
export interface Explained {
  name: RefusalName;
  means: string;
  next: string;
}

/**
 * Finds why a deployment stopped. If the CDK stopped before it changed anything, that is the one reason. Otherwise there may
 * be several causes, and one state in which the stack is left.
 * @param printed the whole output of the CDK
 * @returns an empty list if nothing is known about it
 */
export function explain(printed: string): Explained[] {
  // The CDK wraps no lines, but colours parts of them.
  const text = stripVTControlCharacters(printed);
  const found = (stage: Refusal['stage']) =>
    // The cast: the entries of exactly this record.
    (Object.entries(refusals) as [RefusalName, Refusal][]).flatMap(([name, refusal]) => {
      const match = refusal.stage === stage ? refusal.pattern.exec(text) : null;
      return match ? [explained(name, refusal, match.groups ?? {})] : [];
    });
  const [before] = found('before');
  if (before) return [before];
  return [...found('cause'), ...found('state').slice(0, 1)];
}

function explained(
  name: RefusalName,
  { means, next }: Refusal,
  groups: Record<string, string | undefined>,
): Explained {
  const fill = (text: string) =>
    Object.entries(groups).reduce(
      (filled, [group, value]) =>
        filled
          .replaceAll(` <${group}>`, value === undefined ? '' : ` ${value}`)
          .replaceAll(`<${group}>`, value ?? ''),
      text,
    );
  // The texts are Markdown, for docs/deploy.md.
  const plain = (text: string) => fill(text).replaceAll('`', '');
  return { name, means: plain(means), next: plain(next) };
}
