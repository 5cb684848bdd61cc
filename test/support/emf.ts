import * as z from 'zod';

// The specification's rules, as far as a document can break them:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const name = z.string().min(1).max(1_024);
const definition = z.strictObject({
  Name: name,
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html names more; these are ours.
  Unit: z.enum(['Count', 'Milliseconds']),
});
const directive = z.strictObject({
  Namespace: z.string().regex(/^Belfry(\/\w+)?$/),
  Dimensions: z.array(z.array(name).max(30)).min(1),
  Metrics: z.array(definition).min(1).max(100),
});
const metadata = z.strictObject({
  Timestamp: z.int().positive(),
  CloudWatchMetrics: z.array(directive).min(1),
});
const target = z.union([z.number(), z.array(z.number()).min(1).max(100)]);
// A dimension's value: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
const dimension = z
  .string()
  .regex(/^[ -~]*[!-~][ -~]*$/)
  .max(1_024);

/** One metric that CloudWatch takes from a line, under each of its dimension sets. */
export interface Measured {
  name: string;
  unit: string;
  values: number[];
  dimensions: Record<string, string>[];
}

/** What CloudWatch takes from a line of the log; throws where the line breaks the specification. */
export function metricsOf(line: Record<string, unknown>): Measured[] {
  const { CloudWatchMetrics } = metadata.parse(line._aws);
  return CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Metrics.map(({ Name, Unit }) => ({
      name: Name,
      unit: Unit,
      values: [target.parse(line[Name])].flat(),
      dimensions: Dimensions.map((keys) =>
        Object.fromEntries(keys.map((key) => [key, dimension.parse(line[key])])),
      ),
    })),
  );
}
