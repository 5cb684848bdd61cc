import { connectionIdIndex } from '@belfry/functions/deployment';
import { AttributeType, ProjectionType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { createExpiringTable } from './expiring-table.ts';

/** Creates the table of open connections, by user, with an index by connection id. */
export function createConnectionsTable(scope: Construct): Table {
  const table = createExpiringTable(scope, 'Connections', {
    partitionKey: { name: 'user_id', type: AttributeType.STRING },
    sortKey: { name: 'connection_id', type: AttributeType.STRING },
    reasonForNoBackup: 'API Gateway closes a connection after two hours at most.',
  });
  // Only $disconnect looks a connection up without its user.
  table.addGlobalSecondaryIndex({
    indexName: connectionIdIndex,
    partitionKey: { name: 'connection_id', type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}
