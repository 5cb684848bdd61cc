import { join } from 'node:path';
import { startChild } from './child.ts';
import { type Reply, requestsTo } from './requests.ts';

/** Events for the handler of an arm, which it gets one after the other. */
export interface ArmRequest {
  id: number;
  events: unknown[];
  /** The time that the context says is left, in milliseconds. */
  remainingMs: number;
}

/** The CPU time of all events together. */
interface Served {
  cpuUs: number;
}

export type ArmReply = Reply<Served>;

/** What is measured: a module with a `handler`, in a process of its own. */
export interface Arm {
  /**
   * Resolves when the last event is answered. Rejects if the handler fails or refuses.
   * @param remainingMs the time that the handler's context says is left; 30 s if left out
   */
  serve(events: unknown[], remainingMs?: number): Promise<Served>;
  stop(): Promise<void>;
}

/**
 * Starts an arm.
 * @param name of the arm in errors
 * @param module the path of the module; it may be a bundle, or TypeScript
 * @param options.isServer whether requests run at the same time, as in a server; otherwise they wait for each other, as in
 * an environment of Lambda. Then CPU times have those of the others in them
 */
export async function startArm(
  name: string,
  module: string,
  environment: Readonly<Record<string, string>>,
  { isServer = false }: { isServer?: boolean } = {},
): Promise<Arm> {
  const program = join(import.meta.dirname, 'arm-process.ts');
  const child = await startChild(program, [module, isServer ? 'server' : 'function'], environment);
  const ask = requestsTo<Omit<ArmRequest, 'id'>, Served>(`arm ${name}`, child);
  return {
    serve: (events, remainingMs = 30_000) => ask({ events, remainingMs }),
    stop: () => child.stop(),
  };
}

/**
 * Starts several environments of a function. A request goes to the idle one that was used last, as Lambda does it, and
 * waits if all are busy.
 */
export async function startEnvironments(
  name: string,
  module: string,
  environment: Readonly<Record<string, string>>,
  count: number,
): Promise<Arm> {
  const arms = await Promise.all(Array.from({ length: count }, () => startArm(name, module, environment)));
  const idle = [...arms];
  const waiting: ((arm: Arm) => void)[] = [];
  const acquire = async () => idle.pop() ?? new Promise<Arm>((resolve) => waiting.push(resolve));
  const release = (arm: Arm) => {
    const next = waiting.shift();
    if (next) next(arm);
    else idle.push(arm);
  };
  return {
    async serve(events, remainingMs) {
      const arm = await acquire();
      try {
        return await arm.serve(events, remainingMs);
      } finally {
        release(arm);
      }
    },
    async stop() {
      await Promise.all(arms.map((arm) => arm.stop()));
    },
  };
}
