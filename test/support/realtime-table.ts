import { Duration } from 'aws-cdk-lib';
import { throttlingOf } from '../../lib/throttling.ts';
import { NotificationWebSocketApi } from '../../lib/websocket-api.ts';
import { synthesize, theResource, tokenEnvironment } from '../lib/template.ts';
import { startTable } from './dynamodb-table.ts';

/** The tables of the realtime API by their names here, told apart by their sort keys. */
const sortKeys = { connections: 'connection_id', deliveries: 'leftover_id' };

/** A table as the stack defines it, in a DynamoDB of its own, and what was asked of it. */
export async function startRealtimeTable(tableName: keyof typeof sortKeys) {
  const template = await synthesize((stack) => {
    new NotificationWebSocketApi(stack, 'Realtime', {
      tokens: tokenEnvironment,
      allowedOrigins: [],
      connectionMinimumLifetime: Duration.minutes(15),
      connectionLimit: 10,
      throttling: throttlingOf(),
    });
  });
  const { Properties } = theResource(template, 'AWS::DynamoDB::Table', ({ Properties }) =>
    JSON.stringify(Properties.KeySchema).includes(`"${sortKeys[tableName]}","KeyType":"RANGE"`),
  );
  return startTable(tableName, Properties);
}
