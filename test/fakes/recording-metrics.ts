import type { MetricLabels, MetricName } from '../../functions/core/metrics.ts';
import type { Metrics } from '../../functions/core/ports.ts';

/** One call: the value that a count was raised by, or that a distribution got. */
export interface Measurement {
  name: MetricName;
  value: number;
  labels?: MetricLabels;
}

/** Metrics that keep what they were given. */
export interface RecordingMetrics extends Metrics {
  /** In the order in which they came; counts that were raised by 0 are left out. */
  readonly measured: readonly Measurement[];
}

export function createRecordingMetrics(): RecordingMetrics {
  const measured: Measurement[] = [];
  return {
    measured,
    count(name, value = 1, labels) {
      if (value !== 0) measured.push({ name, value, ...(labels && { labels }) });
    },
    record: (name, value) => void measured.push({ name, value }),
  };
}
