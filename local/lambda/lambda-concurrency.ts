import { AwsError } from '../aws/aws-error.ts';

/** An account's quota of concurrent executions. New accounts can have less, such as 10. */
export const defaultAccountConcurrency = 1_000;

/** A part of the quota that cannot be reserved, or all of it if the quota is smaller. */
const unreservedMinimum = 100;

/**
 * Counts the requests that functions serve at the same time, against the concurrency of the account and against what is
 * reserved for a function. A function without a reservation uses what is left by the others.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export function createConcurrency(accountConcurrency: number) {
  /** The requests of functions without a reservation. */
  const shared = { limit: accountConcurrency, running: 0 };
  const reserved = new Map<string, { limit: number; running: number }>();

  return {
    /**
     * Reserves a part of the account's concurrency for a function.
     * @throws Error if too little would be left for the others
     */
    reserve(functionName: string, limit: number): void {
      const minimum = Math.min(unreservedMinimum, accountConcurrency);
      // AWS's words; docs/known-refusals.md names who has seen them.
      if (limit > 0 && shared.limit - limit < minimum) {
        throw new Error(
          `Function ${functionName}: Specified ReservedConcurrentExecutions for function decreases account's ` +
            `UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
        );
      }
      shared.limit -= limit;
      reserved.set(functionName, { limit, running: 0 });
    },

    /**
     * Runs a request of a function, and counts it until it ends.
     * @throws AwsError `TooManyRequestsException` if as many run already as the function or the account may
     */
    async run<Result>(functionName: string, request: () => Promise<Result>): Promise<Result> {
      const own = reserved.get(functionName);
      const counted = own ?? shared;
      if (counted.running >= counted.limit) throw throttled(own !== undefined);
      counted.running += 1;
      try {
        return await request();
      } finally {
        counted.running -= 1;
      }
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors documents the reasons, and not the message. */
function throttled(isReserved: boolean): AwsError {
  const Reason = isReserved
    ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
    : 'ConcurrentInvocationLimitExceeded';
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, undefined, { Reason, Type: 'User' });
}
