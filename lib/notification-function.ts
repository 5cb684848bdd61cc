import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricsEnvironment } from '@belfry/functions/environment';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { checkEnvironment } from './check-environment.ts';
import { functionSettings } from './function-settings.ts';
import type { FunctionNetwork } from './network.ts';

/** What differs between functions. All other settings are the same for each. */
export interface NotificationFunctionProps<Environment> {
  /** The file in `functions/` without its extension. Its bundle has this name. */
  entry: string;
  description: string;
  /** The environment variables. Their type is the function's own, so a missing or misspelt variable does not compile. */
  environment: Environment;
  /** The network in which it reaches the database. Left out: it is in no VPC and has access to the internet. */
  network?: FunctionNetwork | undefined;
  /** Default: 20 seconds. */
  timeout?: Duration;
  /** How many environments may run at once, reserved from the account's quota. Left out: not reserved. */
  reservedConcurrency?: number | undefined;
}

const bundles = join(import.meta.dirname, '../dist/functions');

/** A Lambda function of Belfry: Node 24 on arm64, a prebuilt bundle, JSON logs. */
export class NotificationFunction<
  Environment extends Record<keyof Environment, string>,
> extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NotificationFunctionProps<Environment>) {
    const { entry, description, environment, network, timeout = Duration.seconds(20) } = props;
    const { logRetention, tracing, metricsNamespace } = functionSettings(scope);
    const metricsEnvironment: MetricsEnvironment = { METRICS_NAMESPACE: metricsNamespace };
    const { reservedConcurrency } = props;
    const variables = { ...environment, ...metricsEnvironment };
    checkEnvironment(entry, variables);
    super(scope, id, {
      description,
      code: Code.fromAsset(bundleOf(entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // CPU grows with memory. With less, importing the AWS SDK dominates a cold start.
      memorySize: 512,
      timeout,
      environment: variables,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...(tracing && { tracing: Tracing.ACTIVE }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(network && { ...network.placement, ipv6AllowedForDualStack: network.mode === 'ipv6' }),
    });
    for (const policy of ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole']) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${policy}]`,
        reason: 'What Lambda itself asks for, to write logs and to join a VPC, as AWS keeps it.',
      });
    }
    if (tracing) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resources to name for the traces that a function sends.',
      });
    }
  }
}

function bundleOf(entry: string): string {
  const bundle = join(bundles, entry);
  if (existsSync(join(bundle, 'index.js'))) return bundle;
  throw new Error(`The function ${entry} is not built: ${bundle} is missing. Run: npm run build`);
}
