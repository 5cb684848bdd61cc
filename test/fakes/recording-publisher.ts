import type { DeliveryReport } from '../../functions/core/answers.ts';
import type { Publisher } from '../../functions/core/ports.ts';
import type { Push } from '../../functions/core/push.ts';

/** A publisher that keeps what it was given. */
export interface RecordingPublisher extends Publisher {
  /** Every push in the order in which it came. */
  readonly pushes: readonly Push[];
}

export const nobodyConnected: DeliveryReport = { connections: 0, posted: 0, gone: 0, failed: 0 };

/** @param report the answer to each round. Default: no user has a connection */
export function createRecordingPublisher(report: DeliveryReport = nobodyConnected): RecordingPublisher {
  const pushes: Push[] = [];
  return {
    pushes,
    async publish(round) {
      pushes.push(...round);
      return report;
    },
  };
}
