/** What begins an embedding, an override or an isolate, and what ends one. */
const control = /[\u202A-\u202E\u2066-\u2069]/g;
const endOfEmbedding = '\u202C';
const endOfIsolate = '\u2069';
const beginOfIsolate = /[\u2066-\u2068]/;

/**
 * A text whose bidirectional controls all end on the line on which they begin. A control without its partner is left out.
 * Otherwise it could turn around what an app shows after the text. Pairs stay, and so do the marks U+200E, U+200F and
 * U+061C, which begin nothing.
 * @see https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
 */
export const withoutOpenControls = (text: string): string =>
  text.search(control) < 0 ? text : text.replace(/[^\n\r\u0085\u2028\u2029]+/g, withoutOpenControlsOf);

function withoutOpenControlsOf(line: string): string {
  const paired = placesOfPairs(line);
  return line.replace(control, (character, place: number) => (paired.has(place) ? character : ''));
}

function placesOfPairs(line: string): Set<number> {
  const paired = new Set<number>();
  const open: number[] = [];
  // Counted, so that a line of a million ends is not searched a million times.
  let openIsolates = 0;
  const isIsolate = (place = -1) => beginOfIsolate.test(line.charAt(place));
  const pair = (begin: number | undefined, end: number) => begin !== undefined && paired.add(begin).add(end);
  for (const { 0: character, index } of line.matchAll(control)) {
    if (character === endOfEmbedding) {
      // It ends the innermost embedding, and no isolate.
      if (!isIsolate(open.at(-1))) pair(open.pop(), index);
    } else if (character !== endOfIsolate) {
      open.push(index);
      if (isIsolate(index)) openIsolates += 1;
    } else if (openIsolates > 0) {
      // It also ends what was begun in the isolate.
      while (!isIsolate(open.at(-1))) open.pop();
      pair(open.pop(), index);
      openIsolates -= 1;
    }
  }
  return paired;
}
