import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Notifications } from './notifications.ts';
import type { NotificationsProps } from './notifications-props.ts';

/** The props of `Notifications` and of a CDK stack. The SNS topic is given by its ARN, because it is imported into this stack. */
export interface NotificationsStackProps extends StackProps, Omit<NotificationsProps, 'alarmTopic'> {
  /**
   * The ARN of an SNS topic that gets a message when an alarm starts and when it ends. Left out: alarms show in the console
   * only.
   */
  alarmTopicArn?: string;
}

/**
 * Belfry as a stack. Its outputs are what producers and frontends need: URLs, names and ARNs.
 *
 * @example
 * new NotificationsStack(new App(), 'Belfry', {
 *   env: { account: '111122223333', region: 'eu-central-1' },
 *   allowedOrigins: ['https://app.example.com'],
 * });
 */
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
