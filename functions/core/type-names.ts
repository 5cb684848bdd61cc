import { comparedType } from './compared-type.ts';
import { withoutInvisible } from './invisible.ts';

/**
 * What is wrong with the names of configured types: one is no name of a type, or two are the same type in two spellings. A
 * token scope must be able to name a type, and a person must be able to read it.
 * @returns a sentence that names them and says what to do, or undefined if all are right
 */
export function wrongTypeNames(names: readonly string[]): string | undefined {
  const byComparedType = new Map<string, string>();
  for (const name of names) {
    const quoted = JSON.stringify(name);
    if (!isTypeName(name)) return `${quoted} must be 1 to 64 visible characters without white space.`;
    const other = byComparedType.get(comparedType(name));
    if (other !== undefined) {
      return `${JSON.stringify(other)} and ${quoted} are the same type. Leave one of them out.`;
    }
    byComparedType.set(comparedType(name), name);
  }
  return undefined;
}

const isTypeName = (name: string): boolean =>
  /^[^\s\p{Cc}\p{Cs}]{1,64}$/u.test(name) && withoutInvisible(name) === name;
