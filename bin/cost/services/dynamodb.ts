import { assumptions } from '../assumptions.ts';
import { gigabytes, type Line, linesOf } from '../line.ts';
import { daysOfMonth } from '../month.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';

const line = linesOf('DynamoDB');

/**
 * Expired items are deleted at no cost, and so does Lambda read a stream.
 * https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
export function dynamoDbLines(stack: StackFacts, work: Workload): Line[] {
  const { connection } = assumptions.bytes;
  const tableBytes = work.openConnections * connection;
  const runs = stack.functions['count-connections']?.scheduledRuns ?? 0;
  // A scan is eventually consistent, so it takes half a unit for each 4 KB, and for an empty table.
  const scanned = runs * Math.max(0.5, tableBytes / 4_096 / 2);
  const queued = stack.pushesByTable ? work.pushes : 0;
  return [
    // An item and its entry in the index, when a socket opens and when it closes.
    line('writes: connections', work.connects * 4, prices.tableWrites),
    line('writes: pushes by the table', queued * Math.ceil(work.frameBytes / 1_024), prices.tableWrites),
    line('writes: rates of creates', stack.countsCreates ? work.httpCreates : 0, prices.tableWrites),
    // Each time that is written down, and each event. When it looks, the tick writes the item of the due time too.
    line('writes: due times', work.times * 2, prices.tableWrites),
    line('writes: events', work.events * Math.ceil(assumptions.bytes.event / 1_024), prices.tableWrites),
    line('reads: the due time', stack.functions.tick?.scheduledRuns ?? 0, prices.tableReads),
    // The query of a push is strongly consistent. $connect looks for the others of the user, $disconnect asks the index.
    line('reads: connections', work.pushes + work.connects * 1.5, prices.tableReads),
    line('reads: the count of connections', scanned, prices.tableReads),
    // A push stays in the table for a day.
    line(
      'storage',
      gigabytes(tableBytes * 2 + (queued / daysOfMonth) * work.frameBytes),
      prices.tableStorage,
    ),
  ];
}
