import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';

/** A request, and how long to wait for its answer. */
interface Limit {
  /** Names the request in error messages. */
  what: string;
  seconds: number;
  /** The code if `run` rejects. Default: `network`. */
  codeOf?: (cause: unknown) => NotificationErrorCode;
}

/**
 * The answer of `run`, whose signal is aborted when the time is over.
 *
 * @throws NotificationError if `run` rejects. With `network` if it does not answer in time.
 */
export function within<Answer>(
  { after }: Environment,
  { what, seconds, codeOf = () => 'network' }: Limit,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const cancel = after(seconds * 1_000, () => {
      controller.abort();
      reject(new NotificationError('network', `${what} did not answer within ${seconds},000 ms.`));
    });
    run(controller.signal)
      .then(resolve, (cause) => reject(new NotificationError(codeOf(cause), `${what} failed.`, { cause })))
      .finally(cancel);
  });
}
