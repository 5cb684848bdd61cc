import { join } from 'node:path';
import { startChild } from './child.ts';

/** Events for the handler of an arm, which it gets one after the other. */
export interface ArmRequest {
  id: number;
  events: unknown[];
  /** The time that the context says is left, in milliseconds. */
  remainingMs: number;
}

/** The CPU time of all events together, or why one has failed. */
export type ArmReply = { id: number; cpuUs: number } | { id: number; failure: string };

/** What is measured: a module with a `handler`, in a process of its own. */
export interface Arm {
  /**
   * Resolves when the last event is answered. Requests wait for each other. Rejects if the handler fails or refuses.
   * @param remainingMs the time that the handler's context says is left; 30 s if left out
   */
  serve(events: unknown[], remainingMs?: number): Promise<{ cpuUs: number }>;
  stop(): Promise<void>;
}

/**
 * Starts an arm.
 * @param name of the arm in errors
 * @param module the path of the module; it may be a bundle, or TypeScript
 */
export async function startArm(
  name: string,
  module: string,
  environment: Readonly<Record<string, string>>,
): Promise<Arm> {
  const program = join(import.meta.dirname, 'arm-process.ts');
  const child = await startChild(program, [module], environment);
  const pending = new Map<number, PromiseWithResolvers<{ cpuUs: number }>>();
  let asked = 0;
  child.process.on('message', (reply: ArmReply) => {
    const promise = pending.get(reply.id);
    pending.delete(reply.id);
    if ('failure' in reply) promise?.reject(new Error(`The arm ${name} has failed: ${reply.failure}`));
    else promise?.resolve(reply);
  });
  const hasEnded = () =>
    new Error(`The arm ${name} has ended (${child.process.signalCode ?? child.process.exitCode}).`);
  child.process.once('exit', () => {
    for (const { reject } of pending.values()) reject(hasEnded());
  });
  return {
    serve(events, remainingMs = 30_000) {
      if (!child.process.connected) return Promise.reject(hasEnded());
      asked += 1;
      const result = Promise.withResolvers<{ cpuUs: number }>();
      pending.set(asked, result);
      child.process.send({ id: asked, events, remainingMs } satisfies ArmRequest);
      return result.promise;
    },
    stop: () => child.stop(),
  };
}
