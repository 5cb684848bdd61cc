import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const lambda = new LambdaClient();

/** Accepts a booking, `{ booking_id, user_id, summary }`, and notifies its user. */
export async function handler({ booking_id, user_id, summary }) {
  const command = {
    user_id,
    title: 'We have your booking',
    body: summary,
    metadata: { type: 'booking', route: `/bookings/${booking_id}` },
    idempotency_key: `booking-${booking_id}-taken`,
  };
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: process.env.CREATE_FUNCTION_NAME,
      Payload: JSON.stringify(command),
    }),
  );
  const answer = JSON.parse(Payload.transformToString());
  if (FunctionError) throw new Error(`Belfry refused the notification: ${answer.errorMessage}`);
  return { booking_id, notification_id: answer.notification.id };
}
