import type { Environment } from './environment.ts';

/** The answer of `run`, or a rejection after `ms` milliseconds, when its signal is aborted too. */
export function within<Answer>(
  environment: Environment,
  ms: number,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const cancel = environment.after(ms, () => {
      controller.abort();
      reject(new Error('Timed out.'));
    });
    run(controller.signal).then(resolve, reject).finally(cancel);
  });
}
