import type { Serializable } from 'node:child_process';
import type { Child } from './child.ts';

/** What a program replies to one request: its result, or why it has failed. */
export type Reply<Result> = { id: number } & (Result | { failure: string });

/**
 * Sends requests to a program that replies to each, with the same id, in whatever order. A request rejects if the program
 * has failed or ended.
 * @param name of the program in errors, such as `arm create`
 */
export function requestsTo<Request extends object, Result>(
  name: string,
  child: Child,
): (request: Request) => Promise<Result> {
  const pending = new Map<number, PromiseWithResolvers<Result>>();
  let asked = 0;
  child.process.on('message', (reply: Reply<Result>) => {
    const promise = pending.get(reply.id);
    pending.delete(reply.id);
    if ('failure' in reply) promise?.reject(new Error(`The ${name} has failed: ${reply.failure}`));
    else promise?.resolve(reply);
  });
  const hasEnded = () =>
    new Error(`The ${name} has ended (${child.process.signalCode ?? child.process.exitCode}).`);
  child.process.once('exit', () => {
    for (const { reject } of pending.values()) reject(hasEnded());
  });
  return (request) => {
    if (!child.process.connected) return Promise.reject(hasEnded());
    asked += 1;
    const result = Promise.withResolvers<Result>();
    pending.set(asked, result);
    child.process.send({ ...request, id: asked } as Serializable);
    return result.promise;
  };
}

/** What is to be said of an error in a reply. */
export const failureOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
