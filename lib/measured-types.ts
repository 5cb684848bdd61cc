/** With `door` these are at most 24 metrics, about $7 a month where all of them come in. */
const mostTypes = 20;

/**
 * Types (`metadata.type`) by which notifications are counted, as a dimension of CloudWatch.
 * @throws Error naming the type that cannot be one, or saying that there are too many
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export function checkMeasuredTypes(types: readonly string[]): readonly string[] {
  if (types.length > mostTypes) {
    throw new Error(
      `measuredTypes names ${types.length} types; at most ${mostTypes} are allowed, since each is a metric to pay for.`,
    );
  }
  const wrong = types.find((type) => !/^[!-~]{1,64}$/.test(type));
  if (wrong === undefined) return types;
  throw new Error(
    `measuredTypes: the type ${JSON.stringify(wrong)} must be 1 to 64 ASCII characters without white space.`,
  );
}
