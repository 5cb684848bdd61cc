import { createHash } from 'node:crypto';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricsEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration, RemovalPolicy, Stage, Validations } from 'aws-cdk-lib';
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
  /** What the installation decides about its notifications, for a function that needs to know. Left out: it gets none. */
  policy?: Policy;
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
    const { entry, description, environment, policy, network, timeout = Duration.seconds(20) } = props;
    const { logRetention, tracing, metricsNamespace } = functionSettings(scope);
    const metricsEnvironment: MetricsEnvironment = { METRICS_NAMESPACE: metricsNamespace };
    const { reservedConcurrency } = props;
    const variables = { ...environment, ...metricsEnvironment };
    checkEnvironment(entry, variables);
    super(scope, id, {
      description,
      code: Code.fromAsset(policy ? bundleWith(policy, entry, scope) : bundleOf(entry)),
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

/**
 * A copy of the bundle with `policy.json` beside the code, in the directory that the app is synthesized into. The environment
 * of a function has 4 KB at most, which a catalogue of types may exceed. The CDK could make the copy too, by its bundling. But
 * that prints a line for each function, and confuses two policies in one app: its cache compares only options that are JSON.
 */
function bundleWith(policy: Policy, entry: string, scope: Construct): string {
  const bundle = bundleOf(entry);
  const text = JSON.stringify(policy);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const copy = join(Stage.of(scope)?.outdir ?? '', 'functions', hash, entry);
  rmSync(copy, { recursive: true, force: true });
  cpSync(bundle, copy, { recursive: true });
  writeFileSync(join(copy, 'policy.json'), text);
  return copy;
}
