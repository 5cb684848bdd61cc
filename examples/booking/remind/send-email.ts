/** An e-mail. One with the `id` of another is not sent. */
interface Email {
  id: string;
  to: string;
  subject: string;
  text: string;
}

/**
 * Stands for SES, which wants a verified address before it sends anything. With `@aws-sdk/client-sesv2`, which Lambda has, and
 * a grant for `ses:SendEmail`:
 *
 *     await ses.send(new SendEmailCommand({
 *       FromEmailAddress: 'bookings@example.com',
 *       Destination: { ToAddresses: [to] },
 *       Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: text } } } },
 *     }));
 *
 * EventBridge and Belfry may deliver an event twice. If a second e-mail matters, first put `id` into a table on the condition
 * that it is not there.
 */
export async function sendEmail({ id, to, subject }: Email): Promise<void> {
  console.log(JSON.stringify({ message: 'email', id, to, subject }));
}
