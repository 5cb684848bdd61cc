import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MetricsEnvironment } from '../functions/platform/config.ts';
import { metricsNamespace } from './metrics.ts';
import type { Network } from './network.ts';

/** What is particular to one function; the rest is the house's defaults. */
export interface NotificationFunctionProps<Environment> {
  /** The file in `functions/` without its ending; the build has bundled it under this name. */
  entry: string;
  description: string;
  /** Typed by the function's own configuration, so that a variable cannot be forgotten or misspelt. */
  environment: Environment;
  /** The network it joins to reach the database. Left out: it runs outside, with the public internet at hand. */
  network?: Network;
  /** Default: 20 seconds, more than connecting, a statement and a push take together when each runs into its time-out. */
  timeout?: Duration;
}

const bundles = join(import.meta.dirname, '../dist/functions');

/** A Lambda function of Belfry: Node 24 on arm64, a prebuilt bundle, JSON logs that are kept for a month. */
export class NotificationFunction<
  Environment extends Record<keyof Environment, string>,
> extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NotificationFunctionProps<Environment>) {
    const { entry, description, environment, network, timeout = Duration.seconds(20) } = props;
    const metricsEnvironment: MetricsEnvironment = { METRICS_NAMESPACE: metricsNamespace(scope) };
    super(scope, id, {
      description,
      code: Code.fromAsset(bundleOf(entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // CPU comes with memory; below this, importing the AWS SDK dominates a cold start.
      memorySize: 512,
      timeout,
      environment: { ...environment, ...metricsEnvironment },
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...network?.placement,
    });
  }
}

function bundleOf(entry: string): string {
  const bundle = join(bundles, entry);
  if (existsSync(join(bundle, 'index.mjs'))) return bundle;
  throw new Error(`The function ${entry} has not been built: ${bundle} is missing. Run: npm run build`);
}
