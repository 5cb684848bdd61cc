import { CfnResource, CustomResourceProviderBase, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionSettings } from './function-settings.ts';

/**
 * The CDK's own functions that the stack of a construct has so far. There is one for each kind of custom resource, such as
 * triggers, and all constructs of the stack share it.
 */
export function providersOf(scope: Construct): CustomResourceProviderBase[] {
  return Stack.of(scope).node.children.filter((child) => child instanceof CustomResourceProviderBase);
}

/**
 * Gives the CDK's own functions log groups that exist before the first call, expire as all others do, and are deleted with the
 * stack. Without them Lambda creates log groups that are kept for ever. `CustomResourceConfig` of the CDK leaves these
 * functions out.
 *
 * @param present the providers that the stack had before the installation. They belong to its owner or to another
 * installation, and stay as they are.
 */
export function createProviderLogs(
  installation: Construct,
  present: readonly CustomResourceProviderBase[],
): void {
  for (const provider of providersOf(installation)) {
    const handler = provider.node.tryFindChild('Handler');
    if (present.includes(provider) || !CfnResource.isCfnResource(handler)) continue;
    const logs = new LogGroup(provider, 'Logs', {
      retention: functionSettings(installation).logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    handler.addPropertyOverride('LoggingConfig.LogGroup', logs.logGroupName);
  }
}
