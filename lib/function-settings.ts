import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What is the same for every function of an installation. */
export interface FunctionSettings {
  /** How long logs are kept. */
  logRetention: RetentionDays;
  /** Whether X-Ray traces invocations. */
  tracing: boolean;
}

const contextKey = 'belfry:functions';

/** Settles the functions below a construct that has no children yet, so that nothing in between has to hand it on. */
export function settleFunctions(scope: Construct, settings: FunctionSettings): void {
  scope.node.setContext(contextKey, settings);
}

/** The settings of a function in this scope: by default logs are kept for a month, and nothing is traced. */
export function functionSettings(scope: Construct): FunctionSettings {
  const settings: FunctionSettings | undefined = scope.node.tryGetContext(contextKey);
  return settings ?? { logRetention: RetentionDays.ONE_MONTH, tracing: false };
}
