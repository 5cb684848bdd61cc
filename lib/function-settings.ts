import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricsNamespaceOf } from './installation.ts';

/** The settings that all functions of an installation share. */
export interface FunctionSettings {
  /** How long logs are kept. */
  logRetention: RetentionDays;
  /** Whether X-Ray traces invocations. */
  tracing: boolean;
  /** The CloudWatch namespace of the metrics that functions write. No other installation has it. */
  metricsNamespace: string;
}

const contextKey = 'belfry:functions';

/**
 * Sets the settings for every function of an installation, so that the constructs between need not pass them on. The
 * construct must not have children yet.
 */
export function settleFunctions(
  installation: Construct,
  settings: Omit<FunctionSettings, 'metricsNamespace'>,
): void {
  const metricsNamespace = metricsNamespaceOf(installation);
  installation.node.setContext(contextKey, { ...settings, metricsNamespace } satisfies FunctionSettings);
}

/** The settings of a function in this scope. Without an installation, logs are kept for a month, and nothing is traced. */
export function functionSettings(scope: Construct): FunctionSettings {
  const settings: FunctionSettings | undefined = scope.node.tryGetContext(contextKey);
  if (settings) return settings;
  return {
    logRetention: RetentionDays.ONE_MONTH,
    tracing: false,
    metricsNamespace: metricsNamespaceOf(scope),
  };
}
