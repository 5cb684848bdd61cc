import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Notifications } from 'belfry-cdk';
import type { Construct } from 'constructs';
import { catalogue, scopes } from './notifications.ts';

/** A booking service that contains Belfry. Its function creates notifications directly, a rule creates them
 * from events, and another function sends an e-mail if one stays unread. */
export class BookingStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const notifications = new Notifications(this, 'Notifications', {
      allowedOrigins: ['https://booking.example.com'],
      scopes,
      types: catalogue.policy,
      strictTypes: true,
    });

    const booking = new NodejsFunction(this, 'Book', {
      entry: join(import.meta.dirname, 'booking/index.ts'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { format: OutputFormat.ESM },
      environment: { CREATE_FUNCTION_NAME: notifications.createFunction.functionName },
    });
    notifications.grantCreate(booking, { door: 'invoke' });

    // The target is the queue, because a rule cannot transform an event for another bus:
    // https://github.com/aws/aws-cdk/issues/30587
    new Rule(this, 'Confirmed', {
      eventPattern: { source: ['booking'], detailType: ['booking.confirmed'] },
      targets: [new SqsQueue(notifications.createQueue, { message: confirmation() })],
    });

    // What Belfry tells is on its own bus.
    const remind = new NodejsFunction(this, 'Remind', {
      entry: join(import.meta.dirname, 'remind/index.ts'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { format: OutputFormat.ESM },
    });
    new Rule(this, 'Unread', {
      eventBus: notifications.eventBus,
      eventPattern: { source: ['belfry'], detailType: ['notification.unread_after'] },
      targets: [new LambdaFunction(remind)],
    });

    new CfnOutput(this, 'BookFunctionName', { value: booking.functionName });
    new CfnOutput(this, 'HttpApiUrl', { value: notifications.httpApiUrl });
    new CfnOutput(this, 'WebSocketUrl', { value: notifications.webSocketUrl });
  }
}

/** The create command for a `booking.confirmed` event. Its idempotency key makes a repeated event harmless. */
function confirmation(): RuleTargetInput {
  const bookingId = EventField.fromPath('$.detail.booking_id');
  const summary = EventField.fromPath('$.detail.summary');
  return RuleTargetInput.fromObject({
    user_id: EventField.fromPath('$.detail.user_id'),
    title: 'Your booking is confirmed',
    body: summary,
    metadata: { type: 'booking_confirmed', booking_id: bookingId, summary, route: `/bookings/${bookingId}` },
    idempotency_key: `booking-${bookingId}-confirmed`,
  });
}
