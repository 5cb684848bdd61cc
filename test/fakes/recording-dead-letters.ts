import type { DeadLetters } from '../../functions/core/ports.ts';

/** Dead letters that can be looked at. */
export interface RecordingDeadLetters extends DeadLetters {
  readonly records: readonly unknown[];
}

export function createRecordingDeadLetters(): RecordingDeadLetters {
  const records: unknown[] = [];
  return {
    records,
    async keep(record) {
      records.push(structuredClone(record));
    },
  };
}
