import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Notifications } from './notifications.ts';
import type { NotificationsProps } from './notifications-props.ts';
import { stackOutputs } from './outputs.ts';

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
    for (const [name, { valueIn }] of Object.entries(stackOutputs)) {
      const value = valueIn(notifications);
      if (value) new CfnOutput(this, name, { value });
    }
  }
}
