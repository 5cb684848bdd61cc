import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Notifications, type NotificationsProps } from './notifications.ts';

/** Belfry as a stack of its own, with everything that producers and frontends must know as its outputs. */
export class NotificationsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & NotificationsProps) {
    super(scope, id, props);
    const notifications = new Notifications(this, 'Notifications', props);
    const { http, webSocket } = notifications.domainTargets;
    const outputs = {
      HttpApiUrl: notifications.httpApiUrl,
      WebSocketUrl: notifications.webSocketUrl,
      CreateFunctionName: notifications.createFunction.functionName,
      EventBusName: notifications.eventBus.eventBusName,
      CreateQueueUrl: notifications.createQueue.queueUrl,
      ConnectionsTableName: notifications.realtime.connections.tableName,
      PurgeFunctionName: notifications.retention.function.functionName,
      ...(http && { HttpApiDomainTarget: http }),
      ...(webSocket && { WebSocketDomainTarget: webSocket }),
      ...(notifications.jwtSecret && { JwtSecretArn: notifications.jwtSecret.secretArn }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
