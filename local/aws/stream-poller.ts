import type { Clock } from '../clock.ts';
import type { Invocation } from '../lambda/invocation.ts';
import type { Report } from '../report.ts';
import { checkPattern, matchesPattern } from './event-pattern.ts';
import { batchLength, failedIdentifiers } from './event-source.ts';
import { type Batch, createdAt, failureRecord, type StreamRecord } from './stream-record.ts';

/**
 * An `AWS::Lambda::EventSourceMapping` of a stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export interface StreamSubscription {
  functionArn: string;
  /** The most records in one event, 1 to 10,000. */
  batchSize: number;
  /** How long a batch may wait to be filled. */
  batchingWindowMs: number;
  /** Patterns in EventBridge's language over a record; one that fits is enough, and none passes everything. */
  filters: unknown[];
  /** Left out: a batch is tried again until its records are too old. */
  maxRetries?: number;
  /** Older records are discarded, which is seen when their batch is tried. */
  maxRecordAgeMs: number;
  /** Whether a failed batch is cut in two. */
  bisects: boolean;
  /** Whether the function names the records that failed (`ReportBatchItemFailures`). */
  reportBatchItemFailures: boolean;
  /** The SQS queue that is told of discarded batches. */
  onFailureArn?: string;
  /** Invokes the function. A rejection is a refusal of Lambda, such as a throttle, and no failure of the function. */
  deliver(event: { Records: StreamRecord[] }): Promise<Invocation>;
}

/** Between two tries of a batch; the wait doubles. AWS backs off too, and documents no times. */
const firstRetryMs = 200;
const longestRetryMs = 60_000;

/**
 * Lambda's event source mapping of one shard: passes records on in their order, in batches, one at a time. A batch
 * that fails holds up all that is behind it until it succeeds, its retries end or its records are too old; then it is
 * discarded, and its metadata sent to the on-failure queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function startStreamPoller({
  clock,
  report,
  streamArn,
  subscription,
  sendToQueue,
  onFinished,
}: {
  clock: Clock;
  report: Report;
  streamArn: string;
  subscription: StreamSubscription;
  sendToQueue: (queueArn: string, body: string) => Promise<void>;
  /** Told of the last record of each batch that is over: no record before it is passed on again. */
  onFinished: (record: StreamRecord) => void;
}): { take(record: StreamRecord): void; stop(): void } {
  const { batchSize, batchingWindowMs, filters, bisects, maxRetries, maxRecordAgeMs } = subscription;
  for (const filter of filters) checkPattern(filter);
  const queue: StreamRecord[] = [];
  let isRunning = false;
  let isStopped = false;
  /** End the wait that is under way, if any: for a batch to fill, and whichever. */
  let endWindow = () => {};
  let endWait = () => {};

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  /** A window that has begun ends early where the batch is full. */
  async function fill(): Promise<void> {
    if (queue.length >= batchSize || batchingWindowMs === 0) return;
    const window = wait(batchingWindowMs);
    endWindow = endWait;
    await window;
    endWindow = () => {};
  }

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    // A moment later, so that the records of one write of a batch travel in one event.
    await Promise.resolve();
    while (queue.length > 0 && !isStopped) {
      await fill();
      const batch = takeBatch();
      const last = batch.records.at(-1);
      if (!isStopped) await finish(batch);
      if (!isStopped && last) onFinished(last);
    }
    isRunning = false;
  }

  function takeBatch(): Batch {
    const records = queue.splice(0, batchLength(queue, batchSize));
    return { records, failures: 0, invokeCount: 0 };
  }

  /** Resolves when every record of a batch has succeeded or been discarded. */
  async function finish(batch: Batch): Promise<void> {
    const parts = [batch];
    let retryMs = firstRetryMs;
    for (let part = parts.shift(); part && !isStopped; part = parts.shift()) {
      await discardOld(part);
      if (part.records.length === 0) continue;
      const { left, isDelayed } = await attempt(part);
      parts.unshift(...left);
      if (!isDelayed) continue;
      await wait(retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  }

  /** Tries a batch once; what is left of it is to be tried next, after a wait or at once. */
  async function attempt(batch: Batch): Promise<{ left: Batch[]; isDelayed: boolean }> {
    const { records } = batch;
    try {
      batch.lastInvocation = await subscription.deliver({ Records: records });
    } catch (error) {
      // A throttle is tried again until the records are too old, whatever the quota of retries.
      complain('warn', `a batch was not taken: ${String(error)}`);
      return { left: isStopped ? [] : [batch], isDelayed: !isStopped };
    }
    batch.invokeCount += 1;
    const failedFrom = firstFailure(batch.lastInvocation, records, subscription);
    if (isStopped || failedFrom === undefined) return { left: [], isDelayed: false };
    complain('warn', `a batch of ${records.length} failed from record ${failedFrom + 1} on`);
    // Splitting takes nothing from the quota of retries.
    if (bisects && records.length > 1 && failedFrom > 0) {
      return { left: [{ ...batch, records: records.slice(failedFrom) }], isDelayed: false };
    }
    if (bisects && records.length > 1 && batch.lastInvocation.functionError) {
      const middle = Math.ceil(records.length / 2);
      const halves = [records.slice(0, middle), records.slice(middle)];
      return { left: halves.map((half) => ({ ...batch, records: half })), isDelayed: false };
    }
    const again = { ...batch, records: records.slice(failedFrom), failures: batch.failures + 1 };
    if (maxRetries === undefined || again.failures <= maxRetries) return { left: [again], isDelayed: true };
    await discard(again, 'RetryAttemptsExhausted');
    return { left: [], isDelayed: false };
  }

  /** Takes the records out of a batch whose age has ended; they are the first ones. */
  async function discardOld(batch: Batch): Promise<void> {
    const isOld = (record: StreamRecord) => clock.now() - createdAt(record) > maxRecordAgeMs;
    const old = batch.records.filter(isOld);
    if (old.length === 0) return;
    await discard({ ...batch, records: old }, 'RecordAgeExceeded');
    batch.records = batch.records.slice(old.length);
  }

  async function discard(batch: Batch, condition: string): Promise<void> {
    const { functionArn, onFailureArn } = subscription;
    const discarded = `${batch.records.length} records were discarded (${condition})`;
    if (onFailureArn === undefined) return complain('error', `${discarded}: no on-failure destination`);
    const record = failureRecord(batch, { condition, functionArn, streamArn, now: clock.now() });
    try {
      await sendToQueue(onFailureArn, JSON.stringify(record));
      complain('error', `${discarded}, their metadata is in ${onFailureArn}`);
    } catch (error) {
      complain('error', `${discarded}, and ${onFailureArn} did not take their metadata: ${String(error)}`);
    }
  }

  function complain(level: 'warn' | 'error', what: string): void {
    report({ source: 'dynamodb', level, message: `${streamArn.split(':').at(-1)}: ${what}` });
  }

  return {
    take(record) {
      if (filters.length > 0 && !filters.some((filter) => matchesPattern(filter, record))) return;
      queue.push(record);
      if (queue.length >= batchSize) endWindow();
      void run();
    },
    stop() {
      isStopped = true;
      endWait();
    },
  };
}

/**
 * The index of the first record that did not succeed, if any. Of the records that the function names the lowest one is
 * the checkpoint: all from there on count as failed. A report that names nothing known fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
function firstFailure(
  { payload, functionError }: Invocation,
  records: StreamRecord[],
  { reportBatchItemFailures }: StreamSubscription,
): number | undefined {
  if (functionError) return 0;
  if (!reportBatchItemFailures) return;
  const failed = failedIdentifiers(payload);
  if (!failed) return 0;
  if (failed.length === 0) return;
  const indexes = failed.map((id) => records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id));
  return Math.max(0, Math.min(...indexes));
}
