import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';

/**
 * The answer of `run`, whose signal is aborted when the time is over.
 *
 * @param what names the request in error messages
 * @param code if `run` rejects otherwise than `fetch` does without an answer
 * @throws NotificationError if `run` rejects. With `network` if it does not answer in time.
 */
export function within<Answer>(
  { after }: Environment,
  seconds: number,
  what: string,
  run: (signal: AbortSignal) => Promise<Answer>,
  code: NotificationErrorCode = 'network',
): Promise<Answer> {
  const controller = new AbortController();
  const { signal } = controller;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      const isCut = /^(Type|Timeout|Network|Abort)Error$/.test(Object(cause).name);
      reject(new NotificationError(isCut ? 'network' : code, `${what} failed.`, { cause }));
    };
    const cancel = after(seconds * 1_000, () => {
      controller.abort();
      fail(signal.reason);
    });
    run(signal).then(resolve, fail).finally(cancel);
  });
}
