// Most characters that show nothing have one of three properties: white space; ignorable if a font does not know them
// (joiners, variation selectors, tags, fillers, the soft hyphen); or format characters. The others are drawn blank: the
// empty braille pattern, the mark of an embedded object, blank hieroglyphs, a filler and an empty note.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
const drawnBlank = '\\u2800\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}';
const withoutShape = `\\p{Default_Ignorable_Code_Point}\\p{Cf}${drawnBlank}`;

const visible = new RegExp(`[^\\p{White_Space}${withoutShape}]`, 'u');
const invisible = new RegExp(`[${withoutShape}]`, 'gu');

/** Whether a text shows nothing: it is empty, or has only white space and invisible characters. */
export const isBlank = (text: string): boolean => !visible.test(text);

/** A text without its invisible characters. White space stays. */
export const withoutInvisible = (text: string): string => text.replace(invisible, '');
