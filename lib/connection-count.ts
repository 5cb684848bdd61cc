import type { RegistryEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { NotificationFunction } from './notification-function.ts';

/**
 * Measures every 5 minutes how many connections there are: a function outside the network that reads the whole table.
 * A read of 100,000 connections is about 20 MB and 2,500 read units, so about $3 a month at that size; at 1,000 it is cents.
 */
export class ConnectionCount extends Construct {
  constructor(scope: Construct, id: string, { connections }: { connections: Table }) {
    super(scope, id);
    const count = new NotificationFunction<RegistryEnvironment>(this, 'Count', {
      entry: 'count-connections',
      description: 'Belfry: measures how many connections there are',
      environment: { CONNECTIONS_TABLE_NAME: connections.tableName },
      // A megabyte a page, one after the other.
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
      // Not tried again: the next one is soon, and a number that is minutes old is of no use.
      targets: [new LambdaFunction(count, { retryAttempts: 0 })],
    });
  }
}
