import { createProducer } from 'belfry/producer';
import { catalogue } from '../notifications.ts';

const { CREATE_FUNCTION_NAME: functionName = '' } = process.env;
const producer = createProducer({ functionName, catalogue });

interface Booking {
  booking_id: string;
  user_id: string;
  summary: string;
}

/** Accepts a booking, and notifies its user. A repeated booking sends no second notification. */
export async function handler({ booking_id, user_id, summary }: Booking) {
  const { notifications } = await producer.send.booking_taken({
    user_id,
    metadata: { booking_id, summary },
    idempotency_key: `booking-${booking_id}-taken`,
    // If it is still unread after a day, the function in `remind` sends an e-mail.
    alert_after: 24 * 60 * 60,
  });
  // The user may have switched this type off.
  return { booking_id, notification_id: notifications?.[0]?.id ?? null };
}
