/**
 * The candidate that was probably meant. Case and hyphens do not count. It is the candidate with the fewest
 * insertions, deletions and replacements, if these are at most a third of its letters.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(lettersOf(word), lettersOf(candidate)) }))
    .filter(({ candidate, distance }) => distance <= candidate.length / 3)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

const lettersOf = (word: string) => word.toLowerCase().replaceAll(/[-_]/g, '');

/** The Levenshtein distance, row by row: `row[i]` is that of the letters so far and the first `i` letters of `other`. */
function editDistance(word: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...word].entries()) {
    const next = [index + 1];
    for (const [at, otherLetter] of [...other].entries()) {
      const [replaced = 0, removed = 0] = row.slice(at);
      next.push(Math.min(replaced + Number(letter !== otherLetter), removed + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
