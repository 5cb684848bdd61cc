import { Forbidden, RateLimited, Unauthenticated, Unavailable } from '@belfry/functions/errors';

const refused = /^(AccessDenied|AuthorizationError|NotAuthorized)/;
const unknownCaller =
  /^(CredentialsProviderError|ExpiredToken|InvalidClientTokenId|InvalidSignature|MissingAuthenticationToken|UnrecognizedClient)/;
const throttled = /Throttl|TooManyRequests/;

/**
 * An error of the AWS SDK as one of ours. The SDK has tried three times by then. What is none of these, such as a name
 * that does not exist, stays as it is.
 */
export function toProducerError(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { name, message } = cause;
  if (refused.test(name)) return new Forbidden(`${what} refuses the caller: ${message}`);
  if (unknownCaller.test(name)) return new Unauthenticated(`${what} does not know the caller: ${message}`);
  if (throttled.test(name)) return new RateLimited(1);
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  // Without a status nothing has answered.
  const isTheirFault = status === undefined ? isNetworkError(cause) : status >= 500;
  return isTheirFault ? new Unavailable(what, { cause }) : cause;
}

/** What Node and the SDK's HTTP handler say when a connection cannot be made, breaks or takes too long. */
function isNetworkError({ name, code }: Error & { code?: unknown }): boolean {
  return (
    name === 'TimeoutError' || name === 'AggregateError' || (typeof code === 'string' && /^E[A-Z]/.test(code))
  );
}

/** A door was opened whose package of the AWS SDK is not there. */
export function packageMissing(name: string, cause: unknown): Error {
  return new Error(`This door needs the package ${name}, which could not be loaded: npm install ${name}.`, {
    cause,
  });
}
