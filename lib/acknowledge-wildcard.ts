import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A permission on resources whose ids are not known before the deployment. */
export interface Wildcard {
  /** The service as ARNs name it, such as `execute-api`. */
  service: string;
  /** The part of the ARN after the account. A token in it is written as `<LogicalId>`. */
  resource: string;
  /** Why the wildcard is as narrow as it can be. */
  reason: string;
}

/** Tells cdk-nag why a permission of the grantee ends in a wildcard. The rule's id holds the ARN as cdk-nag writes it. */
export function acknowledgeWildcard(grantee: IConstruct, { service, resource, reason }: Wildcard): void {
  const { region, account } = Stack.of(grantee);
  const named = (value: string, name: string) => (Token.isUnresolved(value) ? `<${name}>` : value);
  const arn = `arn:<AWS::Partition>:${service}:${named(region, 'AWS::Region')}:${named(account, 'AWS::AccountId')}:${resource}`;
  Validations.of(grantee).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason });
}
