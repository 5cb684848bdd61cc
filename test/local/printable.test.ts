import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLines } from '../../local/printable.ts';

/** Whatever a terminal obeys, and whatever hides or reorders text. */
const special = fc.oneof(
  fc.constantFrom('\u001b[31m', '\u001b]8;;https://attacker.example\u0007', '\u001b]52;c;cm0gLXJm\u0007'),
  fc.constantFrom(
    '\u009b31m',
    '\r',
    '\b',
    '\u007f',
    '\u0000',
    '\u202e',
    '\u2066',
    '\u200f',
    '\ufeff',
    '\u2028',
  ),
  fc.integer({ min: 0x80, max: 0x9f }).map((code) => String.fromCharCode(code)),
  fc.constantFrom('\ud800', '\udc00', '\u{e0001}'),
);
const text = fc
  .array(
    fc.oneof(
      special,
      fc.string({ unit: fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code)) }),
      fc.string(),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** Characters that may reach a terminal as they are, apart from joiners. */
const isShown = (character: string) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character);

describe('A printable text', () => {
  it('has nothing that a terminal obeys, hides or reorders', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = [...printable(given)].filter((character) => !/[\u200c\u200d]/.test(character));
        expect(shown.filter((character) => !isShown(character))).toEqual([]);
      }),
    );
  });

  it('is one line, or has the lines of the text', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(printable(given)).not.toContain('\n');
        expect(printableLines(given).split('\n')).toHaveLength(given.split('\n').length);
      }),
    );
  });

  it('is the same JSON as before', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
        expect(JSON.parse(printableLines(JSON.stringify(value, null, 2)))).toEqual(value);
      }),
    );
  });

  it.each([
    ['words', 'Row F, seat 12.'],
    ['other scripts', 'می\u200cخواهم — クリス — नमस्ते'],
    ['emoji of several parts', '👩\u200d🚀 🇩🇪 ❤️'],
    ['escapes that are shown already', '\\u001b[31m'],
  ])('leaves %s as they are', (_, given) => {
    expect(printable(given)).toBe(given);
  });

  it.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u009b2J', '\\u009b2J'],
    ['abc\u202edef', 'abc\\u202edef'],
    ['\u{e0041}', '\\udb40\\udc41'],
  ])('shows %j as JSON writes it', (given, shown) => {
    expect(printable(given)).toBe(shown);
  });
});
