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
  /** How long a batch waits for more records. */
  batchingWindowMs: number;
  /** Event patterns that are compared with a record. One match is enough. An empty list lets every record pass. */
  filters: unknown[];
  /** Left out: a batch is retried until its records are too old. */
  maxRetries?: number;
  /** Older records are discarded before their batch is tried. */
  maxRecordAgeMs: number;
  /** Whether a failed batch is split in two. */
  bisects: boolean;
  /** Whether the function names the records that failed (`ReportBatchItemFailures`). */
  reportBatchItemFailures: boolean;
  /** The SQS queue that gets a message about each discarded batch. */
  onFailureArn?: string;
  /** Invokes the function. It rejects if Lambda refuses, for example because of a throttle, not if the function fails. */
  deliver(event: { Records: StreamRecord[] }): Promise<Invocation>;
}

/** The delay between two tries of a batch. It doubles each time. AWS backs off too, but does not document the times. */
const firstRetryMs = 200;
const longestRetryMs = 60_000;

/**
 * Lambda's event source mapping of one shard. The function gets the records in their order, in one batch after the
 * other. A batch that fails blocks all later records until it succeeds, until its retries end, or until its records are
 * too old. In the last two cases it is discarded, and a message about it goes to the on-failure queue.
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
  /** Called with the last record of each batch that is done. No record up to it is passed on again. */
  onFinished: (record: StreamRecord) => void;
}): { take(record: StreamRecord): void; stop(): void } {
  const { batchSize, batchingWindowMs, filters, bisects, maxRetries, maxRecordAgeMs } = subscription;
  for (const filter of filters) checkPattern(filter);
  const queue: StreamRecord[] = [];
  let isRunning = false;
  let isStopped = false;
  /** End a wait that is under way: `endWindow` the one for a full batch, `endWait` any. */
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

  /** Waits for more records. The wait ends early when the batch is full. */
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
    // One turn later, so that records that are published together are in one event.
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

  /** Tries a batch once. `left` must be tried next: after a delay if `isDelayed`, else at once. */
  async function attempt(batch: Batch): Promise<{ left: Batch[]; isDelayed: boolean }> {
    const { records } = batch;
    try {
      batch.lastInvocation = await subscription.deliver({ Records: records });
    } catch (error) {
      // A throttle does not count as a retry: it is tried again until the records are too old.
      complain('warn', `a batch was not taken: ${String(error)}`);
      return { left: isStopped ? [] : [batch], isDelayed: !isStopped };
    }
    batch.invokeCount += 1;
    const failedFrom = firstFailure(batch.lastInvocation, records, subscription);
    if (isStopped || failedFrom === undefined) return { left: [], isDelayed: false };
    complain('warn', `a batch of ${records.length} failed from record ${failedFrom + 1} on`);
    // A split does not count as a retry.
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

  /** Discards the records of a batch that are too old. They are the first ones. */
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
 * The index of the first record that has failed, or undefined if all have succeeded. All records after it count as failed
 * too. If the function reports a record that is not in the batch, the whole batch has failed.
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
