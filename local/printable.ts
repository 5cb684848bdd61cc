/**
 * Characters that a terminal obeys instead of showing them, and those that hide or reorder the text around them: control
 * characters (also U+0080 to U+009F, which some terminals read as ESC), formats such as bidirectional overrides, line
 * separators, and lone surrogates. The two joiners are none: scripts and emoji need them.
 */
const unprintable = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]--[\u200c\u200d]]/gv;

const shortEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text from outside, as one line that is safe on a terminal. What a terminal would obey is shown as JSON writes it, such
 * as `\u001b`. So JSON stays the same JSON.
 *
 * Every command passes to it whatever it prints and has not made itself: frames, answers, log entries, error messages,
 * options.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/** As `printable`, but line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  // Beyond U+FFFF, JSON writes two escapes.
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return shortEscapes[character] ?? units.map((unit) => `\\u${unit}`).join('');
}
