import type { ServerFrame } from '../../functions/core/frames.ts';
import type { SocketGateway } from '../../functions/realtime/socket-gateway.ts';

/** A gateway that takes everything, and what it was given. */
export interface RecordingGateway extends SocketGateway {
  readonly posted: readonly { connection_id: string; frame: ServerFrame }[];
  readonly closed: readonly string[];
  /** Connections that can be neither posted to nor closed. */
  readonly failing: Set<string>;
}

export function createRecordingGateway(): RecordingGateway {
  const posted: { connection_id: string; frame: ServerFrame }[] = [];
  const closed: string[] = [];
  const failing = new Set<string>();
  return {
    posted,
    closed,
    failing,
    async post(connection_id, text) {
      if (failing.has(connection_id)) return 'failed';
      posted.push({ connection_id, frame: JSON.parse(text) });
      return 'posted';
    },
    async close(connection_id) {
      if (failing.has(connection_id)) return 'failed';
      closed.push(connection_id);
      return 'closed';
    },
  };
}
