import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * An ARN of the scope's stack as the rules of cdk-nag write it: with the names of what is known only at deployment.
 * @param resource what follows the account, with tokens named as `<LogicalId>`
 */
export function arnForRules(scope: IConstruct, service: string, resource: string): string {
  const { region, account } = Stack.of(scope);
  const named = (value: string, name: string) => (Token.isUnresolved(value) ? `<${name}>` : value);
  return `arn:<AWS::Partition>:${service}:${named(region, 'AWS::Region')}:${named(account, 'AWS::AccountId')}:${resource}`;
}
