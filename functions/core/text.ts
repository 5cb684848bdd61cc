// Every C0 and C1 control character and DEL, tab and line breaks aside; and halves of surrogate pairs, which JSON can
// escape but neither PostgreSQL nor DynamoDB can store.
const unstorable = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
const anyControl = /\p{Cc}|\p{Cs}/u;

/** True where a text holds what must not be stored: control characters (tab and line breaks aside) or lone surrogates. */
export function hasUnstorableCharacters(text: string): boolean {
  return unstorable.test(text);
}

/** True where a text holds any control character, tabs and line breaks included, or a lone surrogate. */
export function hasControlCharacters(text: string): boolean {
  return anyControl.test(text);
}

/** The length of a text in Unicode code points, as PostgreSQL's `varchar(n)` counts it. */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
