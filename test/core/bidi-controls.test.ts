import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutOpenControls } from '../../functions/core/bidi-controls.ts';

const [lre, rle, pdf, lro, rlo] = ['\u202A', '\u202B', '\u202C', '\u202D', '\u202E'] as const;
const [lri, rli, fsi, pdi] = ['\u2066', '\u2067', '\u2068', '\u2069'] as const;

/** A text of letters, line breaks, marks and every control, in any order. */
const anyText = fc.string({
  unit: fc.constantFrom(
    ...[lre, rle, lro, rlo, pdf, lri, rli, fsi, pdi],
    'a',
    'ש',
    '\u200F',
    '\n',
    '\r',
    '\u2029',
  ),
  maxLength: 30,
});

const lines = (text: string) => text.split(/[\n\r\u0085\u2028\u2029]/);

/** How many embeddings and isolates are open at the end of a line, as UAX #9 counts them (rules X1 to X8). */
function openAfter(line: string): { open: number; unmatched: number } {
  const stack: string[] = [];
  let unmatched = 0;
  for (const character of line) {
    if ([lre, rle, lro, rlo, lri, rli, fsi].some((one) => one === character)) stack.push(character);
    else if (character === pdf) {
      if (/[\u202A-\u202E]/.test(stack.at(-1) ?? '')) stack.pop();
      else unmatched += 1;
    } else if (character === pdi) {
      const place = stack.findLastIndex((one) => /[\u2066-\u2068]/.test(one));
      if (place < 0) unmatched += 1;
      else stack.splice(place);
    }
  }
  return { open: stack.length, unmatched };
}

describe('A text without open bidirectional controls', () => {
  it('begins and ends each of them on one line, whatever it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const line of lines(withoutOpenControls(text))) {
          expect(openAfter(line)).toEqual({ open: 0, unmatched: 0 });
        }
      }),
    );
  });

  it('differs from what it was by controls only, and not if it is made again', () => {
    const controls = /[\u202A-\u202E\u2066-\u2069]/g;
    fc.assert(
      fc.property(anyText, (text) => {
        const closed = withoutOpenControls(text);
        expect(closed.replace(controls, '')).toBe(text.replace(controls, ''));
        expect(withoutOpenControls(closed)).toBe(closed);
      }),
    );
  });

  it('is made in a time that grows with the length alone, whatever the controls are', () => {
    for (const [begin, end] of [
      [rlo, pdi],
      [rli, pdf],
      [rli, pdi],
      [`${rli}${rlo}`, pdi],
    ] as const) {
      withoutOpenControls(begin.repeat(200_000) + end.repeat(200_000));
    }
  });

  it.each([
    ['a word of Hebrew in isolation', `${rli}שלום${pdi}!`],
    ['a placeholder in isolation, as Fluent writes it', `${fsi}Мария${pdi} has booked ${fsi}2${pdi} seats`],
    ['an embedding in an isolate', `${lri}a${rle}b${pdf}${pdi}`],
    ['Arabic with marks of direction', '\u200Fمرحبا\u200E (3)\u061C'],
    ['Hebrew without any control', 'שלום עולם'],
    ['a family', '👩‍👩‍👧'],
  ])('keeps %s', (_, text) => expect(withoutOpenControls(text)).toBe(text));

  it.each([
    ['an override', `invoice${rlo}fdp.exe`, 'invoicefdp.exe'],
    ['an isolate that was cut off', `${fsi}Мар`, 'Мар'],
    ['the end of an isolate', `a${pdi}b`, 'ab'],
    ['the end of an embedding', `a${pdf}b`, 'ab'],
    ['an embedding that its isolate ends', `${lri}a${rlo}b${pdi}c`, `${lri}ab${pdi}c`],
    ['an end that an isolate keeps from its embedding', `${rle}a${lri}b${pdf}${pdi}`, `a${lri}b${pdi}`],
    ['an isolate that ends on the next line', `${rli}a\nb${pdi}`, 'a\nb'],
  ])('leaves out %s', (_, text, closed) => expect(withoutOpenControls(text)).toBe(closed));
});
