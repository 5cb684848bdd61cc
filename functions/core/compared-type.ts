import { withoutInvisible } from './invisible.ts';

/**
 * The form in which a type is compared with a restricted one: without invisible characters and without white space around
 * it, in the compatible form of Unicode (NFKC), whatever its case. So `Payout`, `ｐａｙｏｕｔ` and `pay\u200Bout` are `payout`.
 * Letters of other scripts that look alike, as the Cyrillic `а`, stay different.
 * @see https://www.unicode.org/reports/tr31/#NFKC_Modifications
 */
export function comparedType(type: string): string {
  const visible = withoutInvisible(type.normalize('NFKC'));
  // JavaScript has no case folding. Lower case and then upper case joins what either of the two keeps apart, as ẞ, ß and ss.
  return visible.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC').trim();
}
