import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';

/** A request, and how long to wait for its answer. */
interface Limit {
  code: NotificationErrorCode;
  /** Names the request in error messages. */
  what: string;
  seconds: number;
}

/**
 * The answer of `run`, whose signal is aborted when the time is over.
 *
 * @throws NotificationError that of `run`, or one with the limit's code if `run` rejects otherwise, or not in time
 */
export function within<Answer>(
  { after }: Environment,
  { code, what, seconds }: Limit,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const fail = (how: string, options?: { cause: unknown }) =>
      reject(new NotificationError(code, `${what} ${how}.`, options));
    const cancel = after(seconds * 1_000, () => {
      controller.abort();
      fail(`did not answer within ${seconds},000 ms`);
    });
    run(controller.signal)
      .then(resolve, (cause) => {
        if (cause instanceof NotificationError) reject(cause);
        else fail('failed', { cause });
      })
      .finally(cancel);
  });
}
