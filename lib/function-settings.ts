import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The settings that all functions of an installation share. */
export interface FunctionSettings {
  /** How long logs are kept. */
  logRetention: RetentionDays;
  /** Whether X-Ray traces invocations. */
  tracing: boolean;
}

const contextKey = 'belfry:functions';

/**
 * Sets the settings for every function below a construct, so that the constructs between need not pass them on. The
 * construct must not have children yet.
 */
export function settleFunctions(scope: Construct, settings: FunctionSettings): void {
  scope.node.setContext(contextKey, settings);
}

/** The settings of a function in this scope. Default: logs are kept for a month, and nothing is traced. */
export function functionSettings(scope: Construct): FunctionSettings {
  const settings: FunctionSettings | undefined = scope.node.tryGetContext(contextKey);
  return settings ?? { logRetention: RetentionDays.ONE_MONTH, tracing: false };
}
