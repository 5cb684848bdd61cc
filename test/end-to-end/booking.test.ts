import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { installation, newUser } from '../support/installation.ts';

const belfry = installation();
const root = join(import.meta.dirname, '../..');

/** The function of `examples/booking`, bundled as the CDK bundles it. */
let book: (booking: unknown) => Promise<{ booking_id: string; notification_id: number }>;

beforeAll(async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', belfry.outputs.AwsEndpointUrl);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('CREATE_FUNCTION_NAME', belfry.outputs.CreateFunctionName);
  // Within the project, so that the bundle finds the AWS SDK, as it does in the runtime of Lambda.
  const folder = mkdtempSync(join(root, 'node_modules/.cache/booking-'));
  const outfile = join(folder, 'index.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['examples/booking/booking/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@aws-sdk/*'],
    alias: {
      'belfry/catalogue': './client/src/catalogue.ts',
      'belfry/producer': './client/src/producer.ts',
    },
  });
  ({ handler: book } = await import(outfile));
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  };
});

describe('the booking function of the example', () => {
  it('lets the user know, once for a booking', async () => {
    const booking = { booking_id: '981', user_id: newUser(), summary: 'Row F, seat 12.' };
    const taken = await book(booking);
    expect(await book(booking)).toEqual(taken);
    const { body } = await belfry.as(booking.user_id).get('/notifications');
    expect(body).toMatchObject({
      data: [
        {
          id: taken.notification_id,
          title: 'We have your booking',
          body: 'Row F, seat 12.',
          metadata: { type: 'booking_taken', route: '/bookings/981', summary: 'Row F, seat 12.' },
        },
      ],
      unread_count: 1,
    });
  });

  it('fails if the notification is wrong, and says why', async () => {
    const booking = { booking_id: '981', user_id: 'nobody', summary: 'Row F, seat 12.' };
    await expect(book(booking)).rejects.toThrow('user_id must be a UUID');
  });
});
