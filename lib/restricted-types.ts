/** Types (`metadata.type`) that not every sender may create: each with the event sources that may send it. */
export type RestrictedTypes = Readonly<Record<string, readonly string[]>>;

/**
 * The value, where it is what it should be; a mistake would otherwise show as a type that nobody may send, or everybody.
 * @throws Error naming the type that is wrong
 */
export function checkRestrictedTypes(value: unknown): RestrictedTypes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('restrictedTypes: it must be an object of types, such as {"payout":["payments"]}.');
  }
  for (const [type, sources] of Object.entries(value)) {
    // A scope is one word, and a type that no scope can name could be created over HTTP by nobody.
    if (!/^\S{1,64}$/u.test(type)) {
      throw new Error(
        `restrictedTypes: the type ${JSON.stringify(type)} must be 1 to 64 characters without white space.`,
      );
    }
    if (!Array.isArray(sources) || !sources.every((source) => typeof source === 'string' && source !== '')) {
      throw new Error(
        `restrictedTypes: the type ${JSON.stringify(type)} must have an array of event sources; it may be empty.`,
      );
    }
  }
  // The cast: what the loop has found.
  return value as RestrictedTypes;
}
