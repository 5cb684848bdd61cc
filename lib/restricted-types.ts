/** Types (`metadata.type`) that not every sender may create: each with the event sources that may send it. */
export type RestrictedTypes = Readonly<Record<string, readonly string[]>>;

/**
 * Restricted types as JSON text, as `cdk deploy --context restrictedTypes='{"payout":["payments"]}'` gives them.
 * @throws Error saying what is wrong and what is meant
 */
export function parseRestrictedTypes(text: string): RestrictedTypes {
  try {
    return checkRestrictedTypes(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`restrictedTypes must be JSON such as {"payout":["payments"]}: ${reason}`);
  }
}

/**
 * The value, where it is what it should be; a mistake would otherwise show as a type that nobody may send, or everybody.
 * @throws Error naming the type that is wrong
 */
export function checkRestrictedTypes(value: unknown): RestrictedTypes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('it is no object of types.');
  }
  for (const [type, sources] of Object.entries(value)) {
    // A scope is one word, and a type that no scope can name could be created over HTTP by nobody.
    if (!/^\S{1,64}$/u.test(type)) {
      throw new Error(`the type ${JSON.stringify(type)} must be 1 to 64 characters without white space.`);
    }
    if (!Array.isArray(sources) || !sources.every((source) => typeof source === 'string' && source !== '')) {
      throw new Error(
        `the type ${JSON.stringify(type)} must have an array of event sources; it may be empty.`,
      );
    }
  }
  // The cast: what the loop has found.
  return value as RestrictedTypes;
}
