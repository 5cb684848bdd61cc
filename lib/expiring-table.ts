import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * Creates a table whose items expire by their attribute `ttl`. It is deleted with the stack and has no backup.
 *
 * @param reasonForNoBackup why nothing of it must be restored
 */
export function createExpiringTable(
  scope: Construct,
  id: string,
  {
    reasonForNoBackup,
    ...props
  }: Pick<TableProps, 'partitionKey' | 'sortKey' | 'stream'> & { reasonForNoBackup: string },
): Table {
  const table = new Table(scope, id, {
    ...props,
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'ttl',
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(table).acknowledge({ id: 'AwsSolutions-DDB3', reason: reasonForNoBackup });
  return table;
}
