import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import type { FunctionSpec, Invocation } from './lambda.ts';

/** One accepted event on its way to a function. */
export interface AsyncEvent {
  spec: FunctionSpec;
  functionVersion: string;
  requestId: string;
  payload: unknown;
  /** One attempt. Rejects where the service refuses (throttled, stopped), not where the function fails. */
  run(): Promise<Invocation>;
}

const sixHoursMs = 6 * 60 * 60_000;
/** Between the first and the second attempt, and between the second and the third. */
const retryDelaysMs = [60_000, 120_000];
const longestThrottleDelayMs = 5 * 60_000;

/**
 * Asynchronous invocation: runs an event until the function takes it. A function's error is retried after one and
 * two minutes under the same request id; a throttle after 1 s, doubling up to 5 minutes, for up to the event's
 * greatest age. What fails for good goes to the on-failure queue, or is dropped with an error line. Events are kept
 * in memory and end with `stop`.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncInvocations({
  clock,
  report,
  sendToQueue,
}: {
  clock: Clock;
  report: Report;
  sendToQueue: ((queueArn: string, body: string) => Promise<void>) | undefined;
}) {
  let isStopped = false;
  const cancellations = new Set<() => void>();

  function later(ms: number, next: () => void): void {
    const cancel = clock.after(ms, () => {
      cancellations.delete(cancel);
      next();
    });
    cancellations.add(cancel);
  }

  function accept(event: AsyncEvent): void {
    const acceptedAt = clock.now();
    const maxAgeMs = event.spec.asyncMaxEventAgeMs ?? sixHoursMs;
    let failures = 0;
    let throttles = 0;

    async function attempt(): Promise<void> {
      let invocation: Invocation;
      try {
        invocation = await event.run();
      } catch {
        return again(Math.min(1_000 * 2 ** throttles++, longestThrottleDelayMs));
      }
      if (!invocation.functionError) return;
      failures += 1;
      const delayMs = retryDelaysMs[failures - 1];
      if (delayMs === undefined || failures > (event.spec.asyncMaxRetries ?? 2)) {
        return giveUp(event, 'RetriesExhausted', failures, invocation);
      }
      return again(delayMs, invocation);
    }

    async function again(delayMs: number, invocation?: Invocation): Promise<void> {
      if (isStopped) return;
      if (clock.now() + delayMs - acceptedAt > maxAgeMs) {
        return giveUp(event, 'EventAgeExceeded', failures, invocation);
      }
      later(delayMs, () => void attempt());
    }

    void attempt();
  }

  async function giveUp(
    event: AsyncEvent,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
    invokeCount: number,
    invocation: Invocation | undefined,
  ): Promise<void> {
    if (isStopped) return;
    const { spec, requestId } = event;
    const failed = `${spec.name}: asynchronous request ${requestId} failed for good (${condition})`;
    const fail = (message: string) => report({ source: 'lambda', level: 'error', message });
    if (!spec.onFailureArn || !sendToQueue)
      return fail(`${failed} and was dropped: no on-failure destination`);
    const record = failureRecord(event, condition, invokeCount, invocation, clock.now());
    try {
      await sendToQueue(spec.onFailureArn, JSON.stringify(record));
      fail(`${failed}, its record is in ${spec.onFailureArn}`);
    } catch (error) {
      fail(`${failed}, and its record could not be sent to ${spec.onFailureArn}: ${String(error)}`);
    }
  }

  return {
    accept,
    stop(): void {
      isStopped = true;
      for (const cancel of cancellations) cancel();
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function failureRecord(
  { spec, functionVersion, requestId, payload }: AsyncEvent,
  condition: string,
  approximateInvokeCount: number,
  invocation: Invocation | undefined,
  now: number,
) {
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${spec.arn}:${functionVersion}`,
      condition,
      approximateInvokeCount,
    },
    requestPayload: payload,
    ...(invocation && {
      responseContext: {
        statusCode: 200,
        executedVersion: functionVersion,
        functionError: invocation.functionError,
      },
      responsePayload: invocation.payload,
    }),
  };
}
