import type { RegistryEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { NotificationFunction } from './notification-function.ts';

/**
 * Counts the connections every 5 minutes. A function outside the network reads the whole table. For 100,000 connections
 * that is about 20 MB and 2,500 read units each time, which costs about $3 a month. For 1,000 connections it costs cents.
 */
export class ConnectionCount extends Construct {
  constructor(scope: Construct, id: string, { connections }: { connections: Table }) {
    super(scope, id);
    const count = new NotificationFunction<RegistryEnvironment>(this, 'Count', {
      entry: 'count-connections',
      description: 'Belfry: measures how many connections there are',
      environment: { CONNECTIONS_TABLE_NAME: connections.tableName },
      // The function reads the table in pages of 1 MB, one after the other.
      timeout: Duration.minutes(1),
    });
    Grant.addToPrincipal({
      grantee: count,
      actions: ['dynamodb:Scan'],
      resourceArns: [connections.tableArn],
    });
    new Rule(this, 'Schedule', {
      description: 'Belfry: measures how many connections there are',
      schedule: Schedule.rate(Duration.minutes(5)),
      // No retries: the next count follows within 5 minutes, and an older number has no use.
      targets: [new LambdaFunction(count, { retryAttempts: 0 })],
    });
  }
}
