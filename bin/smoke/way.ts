import type { Frame } from './socket.ts';

/** What a create counted of the connections of its recipient: docs/api.md#direct-invocation. */
export interface DeliveryReport {
  connections: number;
  posted: number;
  gone: number;
  failed: number;
}

/** How a frame came from a create to its socket. */
export type Way = 'inline' | 'stream' | 'redelivery' | 'unknown';

/** Of a redelivery, its failure says more. */
export const waysInWords: Record<Exclude<Way, 'redelivery'>, string> = {
  inline: 'inline: the create function posted the frame to the socket',
  stream: 'by the stream of the deliveries table, as it must with network=isolated',
  unknown:
    'inline or by the stream: the door does not answer which, and the check may not invoke. Use --door invoke',
};

/**
 * How the frame of a create came. A function that can reach the sockets looks up the connections and posts. It queues what
 * fails, and that comes as `inbox.changed` alone, never in full. A function that cannot reach the sockets looks up nothing,
 * so its report counts no connection, and queues each frame in full.
 *
 * `inbox.changed` is also what is posted inline in a burst. Then the report says that no post has failed.
 * @param report undefined if the door has none
 */
export function wayOf({ type }: Pick<Frame, 'type'>, report: DeliveryReport | undefined): Way {
  if (type === 'inbox.changed') {
    return report && report.posted > 0 && report.failed === 0 ? 'inline' : 'redelivery';
  }
  if (!report) return 'unknown';
  return report.connections > 0 ? 'inline' : 'stream';
}
