import { describe, expect, it } from 'vitest';
import { isBlank, withoutInvisible } from '../../functions/core/invisible.ts';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** By their numbers in the Unicode Standard, not by the properties that the code uses. */
const invisible = {
  'the soft hyphen': [0xad],
  'the grapheme joiner': [0x34f],
  'marks of direction': [0x61c, 0x200e, 0x200f],
  'bidirectional controls': [...range(0x202a, 0x202e), ...range(0x2066, 0x2069)],
  'Hangul fillers': [0x115f, 0x1160, 0x3164, 0xffa0],
  'Khmer vowels that are not written': [0x17b4, 0x17b5],
  'selectors of variants': [...range(0x180b, 0x180f), ...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)],
  'joiners and spaces without width': [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff],
  'operators of mathematics': range(0x2061, 0x2064),
  'old controls of format': [...range(0x206a, 0x206f), ...range(0xfff9, 0xfffb)],
  'the empty braille pattern': [0x2800],
  'the mark of an embedded object': [0xfffc],
  'the empty note, and marks of music': [0x1d159, ...range(0x1d173, 0x1d17a)],
  'controls of shorthand': range(0x1bca0, 0x1bca3),
  'blank hieroglyphs and their controls': [...range(0x13430, 0x1343f), 0x13441, 0x13442],
  'the Khitan filler': [0x16fe4],
  tags: [0xe0001, ...range(0xe0020, 0xe007f)],
};

const spaces = [
  0x9,
  0xa,
  0xd,
  0x20,
  0xa0,
  0x1680,
  ...range(0x2000, 0x200a),
  0x2028,
  0x2029,
  0x202f,
  0x205f,
  0x3000,
];

describe('A text is blank', () => {
  it.each(Object.entries(invisible))('that holds only %s', (_, codes) => {
    for (const code of codes) {
      const character = String.fromCodePoint(code);
      expect(isBlank(character), code.toString(16)).toBe(true);
      expect(isBlank(` ${character}\n${character}`), code.toString(16)).toBe(true);
      expect(isBlank(`${character}x`), code.toString(16)).toBe(false);
      expect(withoutInvisible(`pay${character}out`), code.toString(16)).toBe('payout');
    }
  });

  it('that holds only white space, which is not removed from others', () => {
    for (const code of spaces) {
      const character = String.fromCodePoint(code);
      expect(isBlank(character), code.toString(16)).toBe(true);
      expect(withoutInvisible(`a${character}b`)).toBe(`a${character}b`);
    }
  });
});

describe('A text is not blank', () => {
  it.each(['x', '.', '-', '\u0301', '👩‍👩‍👧', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', 'ﷺ', 'می‌خواهم', '\uFFFD', '日本語', '\uE000'])(
    'that shows something: %s',
    (text) => expect(isBlank(text)).toBe(false),
  );
});
