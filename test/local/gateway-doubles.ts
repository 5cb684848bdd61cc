import { AwsError } from '../../local/aws/aws-error.ts';
import type { Clock } from '../../local/clock.ts';
import type { Invocation } from '../../local/lambda/invocation.ts';
import type { Invoker } from '../../local/lambda/lambda-permissions.ts';
import type { Report } from '../../local/report.ts';
import { keepReport } from './keep-report.ts';

/** A clock that stands still until a test moves it. */
export function manualClock(startAt = Date.UTC(2026, 0, 2, 3, 4, 5)): Clock & { advance(ms: number): void } {
  let now = startAt;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

/**
 * Stands for Lambda: `handlers` by function ARN, and every call that was made. If a handler throws an `AwsError`, Lambda
 * itself refuses the call.
 */
export function functionDouble(handlers: Record<string, (event: never) => unknown>) {
  const calls: { functionArn: string; event: Record<string, unknown>; invoker: Invoker }[] = [];
  const invoke = async (functionArn: string, event: unknown, invoker: Invoker): Promise<Invocation> => {
    // The payload of a real function has gone through JSON as well.
    const received = JSON.parse(JSON.stringify(event));
    calls.push({ functionArn, event: received, invoker });
    const handler = handlers[functionArn];
    if (!handler) throw new Error(`${functionArn} has no permission for ${invoker.principal}`);
    try {
      return { requestId: 'r', payload: await handler(received as never) };
    } catch (error) {
      if (error instanceof AwsError) throw error;
      const { name: errorType, message: errorMessage } = error as Error;
      return { requestId: 'r', functionError: 'Unhandled', payload: { errorType, errorMessage, trace: [] } };
    }
  };
  return { calls, invoke };
}

/** Keeps what is reported, one string for each line. */
export function reportDouble(): { lines: string[]; report: Report } {
  const lines: string[] = [];
  const kept = keepReport();
  return {
    lines,
    report(entry) {
      kept.report(entry);
      lines.push(entry.message);
    },
  };
}

/** What Lambda answers if a function has as many requests as it may. */
export function throttle(): never {
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
}
