import { connectionIdIndex } from '@belfry/functions/deployment';
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** Creates the table of open connections, by user, with an index by connection id. */
export function createConnectionsTable(scope: Construct): Table {
  const table = new Table(scope, 'Connections', {
    partitionKey: { name: 'user_id', type: AttributeType.STRING },
    sortKey: { name: 'connection_id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'ttl',
    // API Gateway closes a connection after two hours at most, so there is nothing to keep.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // Only $disconnect looks a connection up without its user.
  table.addGlobalSecondaryIndex({
    indexName: connectionIdIndex,
    partitionKey: { name: 'connection_id', type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}
