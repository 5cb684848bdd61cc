import { type MetricLabels, type MetricName, metricLabels, metricUnits } from '../core/metrics.ts';
import type { Clock, Logger, Metrics } from '../core/ports.ts';

/** "Metric target members": an array holds at most so many values. */
const valuesPerEntry = 100;

/** Metrics that are kept until the end of an invocation. */
export interface BufferedMetrics extends Metrics {
  /** Writes what has come together since the last time, and forgets it. */
  flush(): void;
}

/** The values of one metric under one set of labels: only the sum of a count, or every value of a distribution. */
interface Series {
  name: MetricName;
  labels: MetricLabels;
  values: number[];
}

/** One log entry. Each metric is in it once, and each label that a metric may have is that of the metric. */
interface LogEntry {
  labels: MetricLabels;
  series: Series[];
}

/**
 * Metrics in CloudWatch's Embedded Metric Format: CloudWatch makes metrics from fields of a log entry, so no request waits for
 * a call. One entry holds all metrics of an invocation. There are more entries if it has counted under several labels,
 * or recorded more than 100 values of a metric. If Lambda ends the invocation by its time-out, its metrics are lost.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param namespace under which CloudWatch keeps them, one for each installation
 * @param isMeasured whether a value of the label `type` is a dimension; any other value is only a field of the log entry
 */
export function createMetrics({
  logger,
  clock,
  namespace,
  isMeasured,
}: {
  logger: Logger;
  clock: Clock;
  namespace: string;
  isMeasured: (type: string) => boolean;
}): BufferedMetrics {
  const all = new Map<string, Series>();

  function seriesOf(name: MetricName, labels: MetricLabels): Series {
    const { door, type, action, reason } = labels;
    const key = JSON.stringify([name, door, type, action, reason]);
    const found = all.get(key) ?? { name, labels, values: [] };
    all.set(key, found);
    return found;
  }

  function dimensionSetsOf({ name, labels }: Series): string[][] {
    const { dimensions = [] } = metricLabels[name] ?? {};
    const sets = dimensions.flatMap((dimension): string[][] => {
      if (dimension === 'all') return [[]];
      const value = labels[dimension];
      const isOne = value !== undefined && (dimension !== 'type' || isMeasured(value));
      return isOne ? [[dimension]] : [];
    });
    return sets.length > 0 ? sets : [[]];
  }

  function write({ labels, series }: LogEntry): void {
    const directives = series.map((each) => ({
      Namespace: namespace,
      Dimensions: dimensionSetsOf(each),
      Metrics: [{ Name: each.name, Unit: metricUnits[each.name] }],
    }));
    logger.info('metrics', {
      ...labels,
      ...Object.fromEntries(series.map(({ name, values }) => [name, values.length > 1 ? values : values[0]])),
      _aws: { Timestamp: clock(), CloudWatchMetrics: joined(directives) },
    });
  }

  return {
    count(name, value = 1, labels = {}) {
      if (value === 0) return;
      const series = seriesOf(name, labels);
      series.values = [(series.values[0] ?? 0) + value];
    },
    record(name, value) {
      seriesOf(name, {}).values.push(value);
    },
    flush() {
      const entries = toLogEntries([...all.values()]);
      all.clear();
      entries.forEach(write);
    },
  };
}

/** Series with the most labels come first. Another one goes into any entry whose labels say nothing wrong about it. */
function toLogEntries(all: readonly Series[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const series of all.flatMap(inPieces).toSorted(labelledFirst)) {
    const entry = entries.find((each) => fits(series, each));
    if (entry) {
      entry.series.push(series);
      entry.labels = { ...entry.labels, ...series.labels };
    } else entries.push({ labels: series.labels, series: [series] });
  }
  return entries;
}

const labelsIn = ({ labels }: Series): number => Object.keys(labels).length;
const labelledFirst = (a: Series, b: Series): number => labelsIn(b) - labelsIn(a);

function fits(series: Series, entry: LogEntry): boolean {
  if (entry.series.some(({ name }) => name === series.name)) return false;
  const labels = { ...entry.labels, ...series.labels };
  return [...entry.series, series].every((each) => isToldBy(labels, each));
}

/** Whether these labels are right for a series, as far as it may have them. */
const isToldBy = (labels: MetricLabels, { name, labels: own }: Series): boolean =>
  (metricLabels[name]?.labels ?? []).every((label) => labels[label] === own[label]);

const inPieces = (series: Series): Series[] =>
  Array.from({ length: Math.ceil(series.values.length / valuesPerEntry) }, (_, index) => ({
    ...series,
    values: series.values.slice(index * valuesPerEntry, (index + 1) * valuesPerEntry),
  }));

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

/** Metrics with the same dimensions under one directive. */
function joined(directives: readonly Directive[]): Directive[] {
  const byDimensions = Object.groupBy(directives, ({ Dimensions }) => JSON.stringify(Dimensions));
  return Object.values(byDimensions).flatMap((same = []) =>
    same.slice(0, 1).map((first) => ({ ...first, Metrics: same.flatMap(({ Metrics }) => Metrics) })),
  );
}
