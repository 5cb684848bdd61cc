import { comparedType } from '@belfry/functions/compared-type';
import { withoutInvisible } from '@belfry/functions/invisible';

/** Types (`metadata.type`) that not every sender may create: each with the event sources that may send it. */
export type RestrictedTypes = Readonly<Record<string, readonly string[]>>;

/**
 * Checks the value and returns it. Without this check a mistake shows up later, as a type that no sender or every sender
 * may create.
 * @throws Error naming the type that is wrong
 */
export function checkRestrictedTypes(value: unknown): RestrictedTypes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(
      'restrictedTypes: it must be an object with a key for each type, such as {"payout":["payments"]}.',
    );
  }
  const names = new Map<string, string>();
  for (const [type, sources] of Object.entries(value)) {
    // A scope is one word. If a scope could not name the type, no token could create it over HTTP.
    if (!/^\S{1,64}$/u.test(type) || withoutInvisible(type) !== type) {
      throw new Error(
        `restrictedTypes: the type ${JSON.stringify(type)} must be 1 to 64 visible characters without white space.`,
      );
    }
    const other = names.get(comparedType(type));
    if (other !== undefined) {
      throw new Error(
        `restrictedTypes: ${JSON.stringify(other)} and ${JSON.stringify(type)} are the same type. Leave one of them out.`,
      );
    }
    names.set(comparedType(type), type);
    if (!Array.isArray(sources) || !sources.every((source) => typeof source === 'string' && source !== '')) {
      throw new Error(
        `restrictedTypes: the type ${JSON.stringify(type)} must have an array of event sources; it may be empty.`,
      );
    }
  }
  // The cast: the loop has checked every entry.
  return value as RestrictedTypes;
}

/** With the four doors as a second dimension these are at most 24 metrics, about $7 a month if all of them get data. */
const mostMeasuredTypes = 20;

/**
 * Checks the types by which created notifications are counted. Each is a dimension of a CloudWatch metric.
 * @throws Error naming the type that cannot be a dimension, or saying that there are too many types
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export function checkMeasuredTypes(types: readonly string[]): readonly string[] {
  if (types.length > mostMeasuredTypes) {
    throw new Error(
      `measuredTypes names ${types.length} types; at most ${mostMeasuredTypes} are allowed, because you pay for each as a metric.`,
    );
  }
  const wrong = types.find((type) => !/^[!-~]{1,64}$/.test(type));
  if (wrong === undefined) return types;
  throw new Error(
    `measuredTypes: the type ${JSON.stringify(wrong)} must be 1 to 64 ASCII characters without white space.`,
  );
}
