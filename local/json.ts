/** Whether a value is an object with named fields: not an array, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value itself if it is an object with named fields, else an empty object. */
export function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** The value of a JSON text, or undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Node has both since version 22. TypeScript does not know them yet.
// https://tc39.es/proposal-json-parse-with-source/
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;

/**
 * The value of a JSON text that is to be written as JSON again. Numbers that JavaScript would change (`1e400`, more than 15
 * digits) keep their text, so that a payload reaches its receiver as it was sent. AWS passes on the text itself.
 * @throws SyntaxError if the text is not JSON
 */
export function parseExactly(text: string): unknown {
  const keepText: Reviver = (_, value, { source }) =>
    typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER) ? rawJSON(source) : value;
  // Reviving needs a stack as deep as the value, so only texts that may have such a number are revived.
  return /\d{16}|\d[eE]/.test(text)
    ? JSON.parse(text, keepText as (key: string) => unknown)
    : JSON.parse(text);
}
