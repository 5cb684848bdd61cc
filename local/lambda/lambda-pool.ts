import { AwsError } from '../aws/aws-error.ts';
import type { Environment } from './lambda-environment.ts';

/** The environments of one function. */
export interface Pool {
  /**
   * Returns an environment for one request: the idle one that was used last, else a new one if there are fewer than
   * `cap`, else the first that becomes free. Requests wait in their order.
   * @throws AwsError `TooManyRequestsException` if all environments of a reserved concurrency are busy
   */
  acquire(): Promise<{ environment: Environment; isNew: boolean }>;
  /** Gives an environment back, also one that has ended. */
  release(environment: Environment): void;
  /**
   * Lets no environment that runs now serve another request: ends the idle ones, and the busy ones when they are given
   * back.
   */
  renew(): void;
  /** Rejects the requests that wait, kills every environment, and resolves when all have ended. */
  stop(): Promise<void>;
}

/** `cap` is the most environments at once. With `isReserved`, a request beyond them is refused instead of waiting. */
export function createPool({
  start,
  cap,
  isReserved,
}: {
  start: () => Environment;
  cap: number;
  isReserved: boolean;
}): Pool {
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: {
    resolve: (lease: { environment: Environment; isNew: boolean }) => void;
    reject: (error: Error) => void;
  }[] = [];

  const outdated = new Set<Environment>();
  let isStopped = false;

  function startOne(): { environment: Environment; isNew: boolean } {
    const environment = start();
    all.add(environment);
    void environment.gone.then(() => forget(environment));
    return { environment, isNew: true };
  }

  function forget(environment: Environment): void {
    all.delete(environment);
    outdated.delete(environment);
    const index = idle.indexOf(environment);
    if (index >= 0) idle.splice(index, 1);
  }

  return {
    async acquire() {
      if (isStopped) throw stopped();
      for (let environment = idle.pop(); environment; environment = idle.pop()) {
        if (environment.isAlive()) return { environment, isNew: false };
        forget(environment);
      }
      if (all.size < cap) return startOne();
      if (!isReserved) return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html; the text of API_Invoke's error is not documented.
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    },

    release(environment) {
      if (outdated.has(environment)) void environment.kill();
      if (!environment.isAlive()) forget(environment);
      const next = waiting.shift();
      if (next) next.resolve(environment.isAlive() ? { environment, isNew: false } : startOne());
      else if (environment.isAlive()) idle.push(environment);
    },

    renew() {
      for (const environment of all) outdated.add(environment);
      for (const environment of idle.splice(0)) void environment.kill();
    },

    async stop() {
      isStopped = true;
      for (const { reject } of waiting.splice(0)) reject(stopped());
      await Promise.all([...all].map((environment) => environment.kill()));
    },
  };
}

function stopped(): AwsError {
  return new AwsError('ServiceException', 'The local Lambda service was stopped before it ran this.', 500);
}
