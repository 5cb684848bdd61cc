import { totalmem } from 'node:os';
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import type { Environment } from './lambda-environment.ts';
import { createEnvironmentReport, type EnvironmentCounts } from './lambda-environment-report.ts';

/** An environment for one request, to be given back. */
export interface Lease {
  environment: Environment;
  isNew: boolean;
}

/** The environments of one function. */
export interface Pool {
  /**
   * Returns an environment for one request: the idle one that was used last, else a new one, which starts at once. If
   * there is no room for a new one, the environment ends that has been idle for longest, of whatever function. If all are
   * busy, the request waits. The requests of all functions wait in one order.
   */
  acquire(): Promise<Lease>;
  /** Gives an environment back, also one that has ended. */
  release(environment: Environment): void;
  /**
   * Lets no environment that runs now serve another request: ends the idle ones, and the busy ones when they are given
   * back.
   */
  renew(): void;
}

/** The environments of all functions. */
export interface Environments {
  /** Makes the pool of a function, which starts an environment by `start`. */
  createPool(functionName: string, start: () => Environment): Pool;
  counts(): EnvironmentCounts;
  /** Rejects the requests that wait, kills every environment, and resolves when all have ended. */
  stop(): Promise<void>;
}

/**
 * How long an environment stays idle before it ends. Lambda does not document its time. Five minutes are long enough to
 * see what idle environments hold, such as connections, and give the memory back soon after a burst.
 */
const idleLifetimeMs = 5 * 60_000;

/** What one environment of this project may take. Measured after a burst: 17 to 19 MB, beside 43 MB that all of them share. */
const environmentBytes = 32 * 1024 * 1024;

/** As many environments as half of the memory of this machine or container holds: from 10 to 1,000. */
export function defaultMaxEnvironments(): number {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(10, Math.min(1_000, Math.floor(bytes / 2 / environmentBytes)));
}

interface Member {
  functionName: string;
  environment: Environment;
  isOutdated: boolean;
  /** Cancels the end of an idle environment. */
  keep(): void;
}

interface Waiting {
  take(): Lease | undefined;
  resolve(lease: Lease): void;
  reject(error: Error): void;
}

/**
 * Keeps the environments of all functions, as Lambda does: a request that finds no idle one starts a new one. There are
 * at most `max`, because the memory of one machine is limited. Lambda has no such limit, so a request beyond it waits
 * and is not refused.
 */
export function createEnvironments({
  clock,
  report,
  max,
}: {
  clock: Clock;
  report: Report;
  max: number;
}): Environments {
  const members = new Map<Environment, Member>();
  /** The one that has been idle for longest comes first. */
  const idle: Member[] = [];
  const waiting: Waiting[] = [];
  const ending = new Set<Promise<void>>();
  const told = createEnvironmentReport({ report, max, counts });
  let isStopped = false;

  function counts(): EnvironmentCounts {
    const byFunction: Record<string, number> = {};
    for (const { functionName } of members.values()) {
      byFunction[functionName] = (byFunction[functionName] ?? 0) + 1;
    }
    return { total: members.size, idle: idle.length, byFunction };
  }

  function startOne(functionName: string, start: () => Environment): Lease {
    const environment = start();
    const member = { functionName, environment, isOutdated: false, keep: () => {} };
    members.set(environment, member);
    void environment.gone.then(() => {
      forget(member);
      serveWaiting();
    });
    told.started();
    return { environment, isNew: true };
  }

  function forget(member: Member): void {
    if (!members.delete(member.environment)) return;
    member.keep();
    const index = idle.indexOf(member);
    if (index >= 0) idle.splice(index, 1);
    if (!isStopped) told.ended();
  }

  function end(member: Member): void {
    forget(member);
    const gone = member.environment.kill().finally(() => ending.delete(gone));
    ending.add(gone);
  }

  function takeIdle(functionName: string): Lease | undefined {
    const index = idle.findLastIndex((member) => member.functionName === functionName);
    const [member] = index < 0 ? [] : idle.splice(index, 1);
    if (!member) return undefined;
    member.keep();
    return { environment: member.environment, isNew: false };
  }

  /** Whether there is room for one more environment, after the end of an idle one if necessary. */
  function makeRoom(): boolean {
    const [oldest] = idle;
    if (members.size >= max && oldest) end(oldest);
    return members.size < max;
  }

  function serveWaiting(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const lease = next.take();
      if (!lease) return;
      waiting.shift();
      next.resolve(lease);
    }
  }

  function createPool(functionName: string, start: () => Environment): Pool {
    const take = () => takeIdle(functionName) ?? (makeRoom() ? startOne(functionName, start) : undefined);
    return {
      async acquire() {
        if (isStopped) throw stopped();
        const lease = take();
        if (lease) return lease;
        told.full();
        return new Promise((resolve, reject) => waiting.push({ take, resolve, reject }));
      },

      release(environment) {
        const member = members.get(environment);
        if (member?.isOutdated) end(member);
        else if (member && !environment.isAlive()) forget(member);
        else if (member) {
          member.keep = clock.after(idleLifetimeMs, () => end(member));
          idle.push(member);
        }
        serveWaiting();
      },

      renew() {
        const own = [...members.values()].filter((member) => member.functionName === functionName);
        for (const member of own) {
          if (idle.includes(member)) end(member);
          else member.isOutdated = true;
        }
      },
    };
  }

  return {
    createPool,
    counts,
    async stop() {
      isStopped = true;
      for (const { reject } of waiting.splice(0)) reject(stopped());
      for (const member of members.values()) end(member);
      await Promise.all(ending);
    },
  };
}

function stopped(): AwsError {
  return new AwsError('ServiceException', 'The local Lambda service was stopped before it ran this.', 500);
}
