import { describe, expect, it } from 'vitest';
import { comparedType } from '../../functions/core/compared-type.ts';

/** Every character that has another spelling. */
const everyCharacter = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter(
  (character) => /\p{Changes_When_NFKC_Casefolded}/u.test(character),
);

describe('A type is compared', () => {
  it.each([
    ['in any case', 'PayOut', 'payout'],
    ['in full width', 'ｐａｙｏｕｔ', 'payout'],
    ['in letters of mathematics', '𝗉𝖺𝗒𝗈𝗎𝗍', 'payout'],
    ['with ligatures', 'oﬃce', 'office'],
    ['with white space around it', '\u00A0payout\u3000\n', 'payout'],
    ['with invisible characters', '\uFEFFpay\u200D\u2800out\u{E0020}', 'payout'],
    ['composed and decomposed', 'cafe\u0301', 'café'],
    ['with the sharp s', 'STRASSE', 'straße'],
    ['with the capital sharp s', 'STRAẞE', 'strasse'],
    ['with the sigma at its end', 'ΛΌΓΟΣ', 'λόγος'],
    ['with the long s', 'ſtop', 'Stop'],
    ['with the sign of kelvin', '\u212Aelvin', 'kelvin'],
  ])('%s', (_, one, other) => expect(comparedType(one)).toBe(comparedType(other)));

  it.each([
    ['another letter', 'payout', 'payot'],
    ['white space within', 'pay out', 'payout'],
    ['a Cyrillic letter that looks alike', 'p\u0430yout', 'payout'],
  ])('as different with %s', (_, one, other) => expect(comparedType(one)).not.toBe(comparedType(other)));

  it('as one with each character in upper and in lower case, and in its compatible form', () => {
    const different = everyCharacter.filter((character) => {
      const compared = comparedType(`a${character}a`);
      const others = [character.toUpperCase(), character.toLowerCase(), character.normalize('NFKC')];
      return others.some((other) => comparedType(`a${other}a`) !== compared);
    });
    expect(different).toEqual([]);
  });

  it('in a form that stays the same', () => {
    const unstable = everyCharacter.filter((character) => {
      const compared = comparedType(character);
      return comparedType(compared) !== compared;
    });
    expect(unstable).toEqual([]);
  });
});
