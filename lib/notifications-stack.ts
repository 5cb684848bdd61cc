import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DatabaseProps } from './create-database.ts';
import { importSubnets, importVpc } from './import-vpc.ts';
import { Notifications } from './notifications.ts';
import type { NotificationsProps } from './notifications-props.ts';
import { stackOutputs } from './outputs.ts';

/** An existing VPC for a database of the stack, by ids. */
export interface VpcIds {
  vpcId: string;
  /** The subnets of the functions. */
  subnetIds: readonly string[];
  /** The subnets of the database, in two zones at least. Default: those of the functions. */
  databaseSubnetIds?: readonly string[];
}

/**
 * The props of `Notifications` and of a CDK stack. The SNS topic is given by its ARN, and a VPC by its ids, because they are
 * imported into this stack.
 */
export interface NotificationsStackProps extends StackProps, Omit<NotificationsProps, 'alarmTopic'> {
  /**
   * The ARN of an SNS topic that gets a message when an alarm starts and when it ends. Left out: alarms show in the console
   * only.
   */
  alarmTopicArn?: string;
  /**
   * An existing VPC for `rds` or `aurora`, instead of the prop `vpc` of the database. Requires the prop `network`. Left out: the
   * stack makes a VPC, if the database names none.
   */
  vpcIds?: VpcIds;
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
  constructor(scope: Construct, id: string, { alarmTopicArn, vpcIds, ...props }: NotificationsStackProps) {
    super(scope, id, props);
    const notifications = new Notifications(this, 'Notifications', {
      ...props,
      ...(vpcIds && { database: this.databaseIn(vpcIds, props.database) }),
      ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn) }),
    });
    for (const [name, { valueIn }] of Object.entries(stackOutputs)) {
      const value = valueIn(notifications);
      if (value) new CfnOutput(this, name, { value });
    }
  }

  private databaseIn(ids: VpcIds, database: DatabaseProps = { mode: 'rds' }): DatabaseProps {
    if (database.mode === 'existing' || database.vpc) {
      throw new Error(
        'vpcIds is for a database of the stack that names no VPC itself. Leave vpcIds out: an existing database has vpcId, subnetIds and securityGroupId.',
      );
    }
    const subnets = importSubnets(this, [...new Set([...ids.subnetIds, ...(ids.databaseSubnetIds ?? [])])]);
    const chosen = (subnetIds: readonly string[]) => ({
      subnets: subnets.filter(({ subnetId }) => subnetIds.includes(subnetId)),
    });
    return {
      ...database,
      vpc: importVpc(this, ids.vpcId),
      functionSubnets: chosen(ids.subnetIds),
      databaseSubnets: chosen(ids.databaseSubnetIds ?? ids.subnetIds),
    };
  }
}
