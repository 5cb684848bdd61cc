import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import type { Records } from '../storage.ts';
import type { Invocation } from './invocation.ts';
import type { FunctionSpec } from './lambda-function.ts';

/** An accepted event, as it is stored. Times are milliseconds since the epoch. */
export interface AsyncEvent {
  requestId: string;
  /** The ARN that the caller has named, with its version if there was one. */
  invokedArn: string;
  payload: unknown;
  acceptedAt: number;
  /** The time of the next try. */
  dueAt: number;
  failures: number;
  throttles: number;
}

/** The function of an event, with its present settings. */
export interface AsyncTarget {
  spec: FunctionSpec;
  functionVersion: string;
  /** Tries once. Rejects if the service refuses (throttled, stopped), not if the function fails. */
  run(event: AsyncEvent): Promise<Invocation>;
}

const sixHoursMs = 6 * 60 * 60_000;
/** The delays before the second and before the third try. */
const retryDelaysMs = [60_000, 120_000];
const longestThrottleDelayMs = 5 * 60_000;

/**
 * Runs asynchronous invocations. If the function fails, the event is tried again after one minute and then after two
 * minutes, under the same request id. If the function is throttled, the event is tried again after 1 s, and the delay
 * doubles up to 5 minutes, until the event is too old. After the last try, a record goes to the on-failure queue, or the
 * event is dropped with an error in the report.
 *
 * An event is stored before it is accepted and until it ends. If `stop` or the end of the process interrupts a try, the
 * next process tries the event again.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncInvocations({
  clock,
  report,
  kept,
  find,
  sendToQueue,
}: {
  clock: Clock;
  report: Report;
  kept: Records<AsyncEvent>;
  /** Throws if there is no such function. */
  find: (invokedArn: string) => AsyncTarget;
  sendToQueue: ((queueArn: string, body: string) => Promise<void>) | undefined;
}) {
  let isStopped = false;
  const cancellations = new Set<() => void>();

  function wait(event: AsyncEvent): void {
    kept.put(event.requestId, event);
    const cancel = clock.after(Math.max(0, event.dueAt - clock.now()), () => {
      cancellations.delete(cancel);
      void attempt(event);
    });
    cancellations.add(cancel);
  }

  async function attempt(event: AsyncEvent): Promise<void> {
    const target = find(event.invokedArn);
    const invocation = await target.run(event).catch(() => undefined);
    // The stop has interrupted the try, so its result says nothing about the function.
    if (isStopped) return;
    if (invocation && !invocation.functionError) return kept.delete(event.requestId);
    const { failures, throttles } = event;
    if (!invocation) {
      const delayMs = Math.min(1_000 * 2 ** throttles, longestThrottleDelayMs);
      return again({ ...event, throttles: throttles + 1 }, target, delayMs);
    }
    const failed = { ...event, failures: failures + 1 };
    const delayMs = retryDelaysMs[failures];
    if (delayMs === undefined || failed.failures > (target.spec.asyncMaxRetries ?? 2)) {
      return giveUp(failed, target, 'RetriesExhausted', invocation);
    }
    return again(failed, target, delayMs, invocation);
  }

  async function again(
    event: AsyncEvent,
    target: AsyncTarget,
    delayMs: number,
    invocation?: Invocation,
  ): Promise<void> {
    const dueAt = clock.now() + delayMs;
    if (dueAt - event.acceptedAt > (target.spec.asyncMaxEventAgeMs ?? sixHoursMs)) {
      return giveUp(event, target, 'EventAgeExceeded', invocation);
    }
    wait({ ...event, dueAt });
  }

  async function giveUp(
    event: AsyncEvent,
    target: AsyncTarget,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
    invocation: Invocation | undefined,
  ): Promise<void> {
    const { spec } = target;
    const failed = `${spec.name}: asynchronous request ${event.requestId} failed for good (${condition})`;
    const end = await sendFailure(event, target, condition, invocation);
    kept.delete(event.requestId);
    report({ source: 'lambda', level: 'error', message: `${failed}${end}` });
  }

  /** Sends the record, and returns in words for the report what happened to it. */
  async function sendFailure(
    event: AsyncEvent,
    target: AsyncTarget,
    condition: string,
    invocation: Invocation | undefined,
  ): Promise<string> {
    const { onFailureArn } = target.spec;
    if (!onFailureArn || !sendToQueue) return ' and was dropped: the function has no on-failure destination';
    const record = failureRecord(event, target, { condition, invocation, now: clock.now() });
    try {
      await sendToQueue(onFailureArn, JSON.stringify(record));
      return `, its record is in ${onFailureArn}`;
    } catch (error) {
      return `, and its record could not be sent to ${onFailureArn}: ${String(error)}`;
    }
  }

  return {
    /** Stores an event, and tries it at once. */
    accept(event: Pick<AsyncEvent, 'requestId' | 'invokedArn' | 'payload'>): void {
      const now = clock.now();
      const accepted = { ...event, acceptedAt: now, dueAt: now, failures: 0, throttles: 0 };
      kept.put(accepted.requestId, accepted);
      void attempt(accepted);
    },
    /** Continues the events of an earlier process. An event whose function does not exist any more is dropped. */
    resume(): void {
      for (const event of kept.all()) {
        try {
          find(event.invokedArn);
          wait(event);
        } catch (error) {
          kept.delete(event.requestId);
          const message = `Asynchronous request ${event.requestId} was dropped: ${String(error)}`;
          report({ source: 'lambda', level: 'error', message });
        }
      }
    },
    stop(): void {
      isStopped = true;
      for (const cancel of cancellations) cancel();
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function failureRecord(
  { requestId, payload, failures }: AsyncEvent,
  { spec, functionVersion }: AsyncTarget,
  { condition, invocation, now }: { condition: string; invocation: Invocation | undefined; now: number },
) {
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${spec.arn}:${functionVersion}`,
      condition,
      approximateInvokeCount: failures,
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
