import fc from 'fast-check';

/** Parts of which links are spelled, among them all that parsers drop, decode or read as a slash or a dot. */
const parts = [
  ...['/', '/', '//', '\\', '.', '..', '%2e', '%2E.', '%2f', '%5c', '?', '#', '@', ':', '&', ';'],
  ...['\t', '\n', '\r', '\0', ' ', '\u007f', '\u0085', '\u00a0', '\u200b', '\u202e', '\ufeff', '\ud800'],
  ...['。', '．', '／', '⁄', '∕', '＼', 'ⓗ', 'ä', '😀'],
  ...['h', 'a', 'other.example', 'bank.example', 'localhost', '127.0.0.1', '[::1]', ':8080', ':99999'],
  ...['https:', 'HTTPS:', 'http:', 'javascript:', 'data:', 'ftp:', 'blob:https:', 'file:', 'user:pw@', 'x@'],
];

/** Texts that look like links: what a producer may send as `metadata.route` or `metadata.url`. */
export const linkSpellings = fc
  .tuple(
    fc.constantFrom('/', '/', '', 'https://', 'http://localhost'),
    fc.array(fc.oneof(fc.constantFrom(...parts), { weight: 1, arbitrary: fc.string({ maxLength: 3 }) }), {
      maxLength: 7,
    }),
  )
  .map(([start, rest]) => start + rest.join(''));
