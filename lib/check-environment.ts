import { Token } from 'aws-cdk-lib';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maximumBytes = 4_096;

/** Names, addresses and passwords that are known at the deployment only are not longer, except in rare cases. */
const unknownBytes = 128;

/**
 * Checks that Lambda takes the environment of a function, which it measures as JSON. Otherwise the deployment would stop in
 * the middle.
 * @throws Error naming the function and the largest variable
 */
export function checkEnvironment(entry: string, environment: Readonly<Record<string, string>>): void {
  const values = Object.entries(environment).map(
    ([name, value]) => [name, Token.isUnresolved(value) ? 'x'.repeat(unknownBytes) : value] as const,
  );
  const bytes = bytesOf(Object.fromEntries(values));
  if (bytes <= maximumBytes) return;
  const [largest] = values.toSorted(([, one], [, other]) => bytesOf(other) - bytesOf(one));
  throw new Error(
    `The environment of the function ${entry} has about ${bytes} bytes, and Lambda takes ${maximumBytes}. ` +
      `The largest variable is ${largest?.[0]}, with ${bytesOf(largest?.[1])}: give the option or the prop behind it fewer or shorter values.`,
  );
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');
