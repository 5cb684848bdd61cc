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
  const isIsolate = (place = 0) => beginOfIsolate.test(line.charAt(place));
  for (const { 0: character, index } of line.matchAll(control)) {
    let begin = -1;
    // The end of an isolate also ends what was begun in it. The end of an embedding ends the innermost one, and no isolate.
    if (character === endOfIsolate) begin = open.findLastIndex(isIsolate);
    else if (character === endOfEmbedding) begin = isIsolate(open.at(-1)) ? -1 : open.length - 1;
    else open.push(index);
    const [place] = begin < 0 ? [] : open.splice(begin);
    if (place !== undefined) paired.add(place).add(index);
  }
  return paired;
}
