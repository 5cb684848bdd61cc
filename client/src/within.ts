import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';

/** A request, and how long to wait for its answer. */
interface Limit {
  /** Names the request in error messages. */
  what: string;
  seconds: number;
  /** The code if `run` rejects otherwise than `fetch` does without an answer. Default: `network`. */
  code?: NotificationErrorCode;
}

/**
 * The answer of `run`, whose signal is aborted when the time is over.
 *
 * @throws NotificationError if `run` rejects. With `network` if it does not answer in time.
 */
export function within<Answer>(
  { after }: Environment,
  { what, seconds, code = 'network' }: Limit,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      const isCut = /^(Type|Timeout|Network|Abort)Error$/.test(Object(cause).name);
      reject(new NotificationError(isCut ? 'network' : code, `${what} failed.`, { cause }));
    };
    const cancel = after(seconds * 1_000, () => {
      controller.abort();
      fail(controller.signal.reason);
    });
    run(controller.signal).then(resolve, fail).finally(cancel);
  });
}
