import { Forbidden, RateLimited, Unauthenticated, Unavailable } from '@belfry/functions/errors';
import type { AwsClient } from './doors.ts';

const refused = /^(AccessDenied|AuthorizationError|NotAuthorized)/;
const unknownCaller =
  /^(CredentialsProviderError|ExpiredToken|InvalidClientTokenId|InvalidSignature|MissingAuthenticationToken|UnrecognizedClient)/;
const throttled = /Throttl|TooManyRequests/;

/**
 * Throws an error of the AWS SDK as an error of the producer. The SDK has tried three times by then. An error that has no
 * counterpart, such as a function that does not exist, is thrown as it is.
 *
 * @param what names the door in messages
 */
export function throwProducerError(what: string): (cause: unknown) => never {
  return (cause) => {
    throw toProducerError(what, cause);
  };
}

function toProducerError(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { name, message } = cause;
  if (refused.test(name)) return new Forbidden(`${what} refuses the caller: ${message}`);
  if (unknownCaller.test(name)) return new Unauthenticated(`${what} does not know the caller: ${message}`);
  if (throttled.test(name)) return new RateLimited(1);
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  // Without a status there was no answer.
  const isTemporary = status === undefined ? isNetworkError(cause) : status >= 500;
  return isTemporary ? new Unavailable(what, { cause }) : cause;
}

/** Whether Node or the SDK's HTTP handler could not open a connection, lost it, or waited too long. */
function isNetworkError({ name, code }: Error & { code?: unknown }): boolean {
  return (
    name === 'TimeoutError' || name === 'AggregateError' || (typeof code === 'string' && /^E[A-Z]/.test(code))
  );
}

/** The error for a door whose package of the AWS SDK is not installed. */
export function packageMissing(name: string, cause: unknown): Error {
  return new Error(
    `This door needs the package ${name}, which could not be loaded. Run npm install ${name}.`,
    {
      cause,
    },
  );
}

/** The client that the app has given, or a new one with the region and credentials of the environment. */
export function clientOf<Client>(given: AwsClient | undefined, NewClient: new () => Client): Client {
  // The type of `given` does not name a version of the SDK, so that the app can use any.
  return given ? (given as unknown as Client) : new NewClient();
}
