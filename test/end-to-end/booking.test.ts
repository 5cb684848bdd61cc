import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { installation, newUser } from '../support/installation.ts';

const belfry = installation();

/** The function of `examples/booking`, as Lambda imports it. */
let book: (booking: unknown) => Promise<{ booking_id: string; notification_id: number }>;

beforeAll(async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', belfry.outputs.AwsEndpointUrl);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('CREATE_FUNCTION_NAME', belfry.outputs.CreateFunctionName);
  const file = join(import.meta.dirname, '../../examples/booking/booking/index.mjs');
  ({ handler: book } = await import(file));
  return () => vi.unstubAllEnvs();
});

describe('the booking function of the example', () => {
  it('lets the user know, once for a booking', async () => {
    const booking = { booking_id: '981', user_id: newUser(), summary: 'Row F, seat 12.' };
    const taken = await book(booking);
    expect(await book(booking)).toEqual(taken);
    const { body } = await belfry.as(booking.user_id).get('/notifications');
    expect(body).toMatchObject({
      data: [{ id: taken.notification_id, title: 'We have your booking', body: 'Row F, seat 12.' }],
      unread_count: 1,
    });
  });

  it('fails where Belfry refuses the notification, and says why', async () => {
    const booking = { booking_id: '981', user_id: 'nobody', summary: 'Row F, seat 12.' };
    await expect(book(booking)).rejects.toThrow(/Belfry refused the notification: .*user_id/);
  });
});
