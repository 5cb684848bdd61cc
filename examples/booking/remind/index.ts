import { sendEmail } from './send-email.ts';

/** The event `notification.unread_after` of Belfry, as far as this function needs it. */
interface UnreadAfter {
  detail: {
    /** The same each time that the event comes. */
    id: string;
    user_id: string;
    notification: { title: string; body: string };
  };
}

/** Reminds a user by e-mail of a notification that has stayed unread. */
export async function handler({ detail: { id, user_id, notification } }: UnreadAfter) {
  const { title, body } = notification;
  await sendEmail({ id, to: addressOf(user_id), subject: title, text: body });
}

/** Your user directory knows better. */
const addressOf = (user_id: string) => `${user_id}@example.com`;
