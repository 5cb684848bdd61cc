import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Notifications } from './notifications.ts';
import type { NotificationsProps } from './notifications-props.ts';

/** The properties of the construct, with an SNS topic by its ARN, since before the stack there is nothing to import it into. */
export interface NotificationsStackProps extends StackProps, Omit<NotificationsProps, 'alarmTopic'> {
  /** Told when an alarm starts and when it ends. Left out: alarms show in the console alone. */
  alarmTopicArn?: string;
}

/** Belfry as a stack of its own, with everything that producers and frontends must know as its outputs. */
export class NotificationsStack extends Stack {
  constructor(scope: Construct, id: string, { alarmTopicArn, ...props }: NotificationsStackProps) {
    super(scope, id, props);
    const notifications = new Notifications(this, 'Notifications', {
      ...props,
      ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn) }),
    });
    const { http, webSocket } = notifications.domainTargets;
    const { dimensions, ownerSecret } = notifications.database;
    const [databaseIdentifier] = Object.values(dimensions ?? {});
    const outputs = {
      HttpApiUrl: notifications.httpApiUrl,
      WebSocketUrl: notifications.webSocketUrl,
      CreateFunctionName: notifications.createFunction.functionName,
      EventBusName: notifications.eventBus.eventBusName,
      CreateQueueUrl: notifications.createQueue.queueUrl,
      CreateDeadLettersUrl: notifications.createDeadLetters.queueUrl,
      ConnectionsTableName: notifications.webSocketApi.connections.tableName,
      PurgeFunctionName: notifications.retention.function.functionName,
      MigrateFunctionName: notifications.migrateFunction.functionName,
      DashboardName: notifications.dashboardName,
      ...(databaseIdentifier && { DatabaseIdentifier: databaseIdentifier }),
      ...(ownerSecret && { DatabaseOwnerSecretArn: ownerSecret.secretArn }),
      ...(http && { HttpApiDomainTarget: http }),
      ...(webSocket && { WebSocketDomainTarget: webSocket }),
      ...(notifications.jwtSecret && { JwtSecretArn: notifications.jwtSecret.secretArn }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
