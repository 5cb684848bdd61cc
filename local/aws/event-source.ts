import { isRecord } from '../json.ts';

/** A function gets a batch as one payload of at most 6 MB. The difference is room for what surrounds the records. */
const batchLimitBytes = 6_000_000;

/** How many of these records one invocation can take: at least one, and at most `max`. */
export function batchLength(records: readonly unknown[], max: number): number {
  let bytes = 0;
  const end = records.findIndex((record, index) => {
    bytes += Buffer.byteLength(JSON.stringify(record));
    return index === max || (index > 0 && bytes > batchLimitBytes);
  });
  return end < 0 ? records.length : end;
}

/**
 * The identifiers of the records that a function reports as failed (`ReportBatchItemFailures`). No report means that
 * all have succeeded: an empty list. Undefined if the report has another form; then the whole batch has failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function failedIdentifiers(payload: unknown): unknown[] | undefined {
  if (payload === null || payload === undefined) return [];
  if (!isRecord(payload)) return undefined;
  const failures = payload.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  return failures.map((failure: unknown) => (isRecord(failure) ? failure.itemIdentifier : undefined));
}
