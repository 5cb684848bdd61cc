import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { command, installation, newUser } from '../support/installation.ts';

const belfry = installation();
const root = join(import.meta.dirname, '../..');

/** The functions of `examples/booking`, bundled as the CDK bundles them. */
let book: (booking: unknown) => Promise<{ booking_id: string; notification_id: number }>;
let remind: (event: unknown) => Promise<void>;

beforeAll(async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', belfry.outputs.AwsEndpointUrl);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('CREATE_FUNCTION_NAME', belfry.outputs.CreateFunctionName);
  // Within the project, so that the bundle finds the AWS SDK, as it does in the runtime of Lambda.
  const folder = mkdtempSync(join(root, 'node_modules/.cache/booking-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['booking', 'remind'].map((name) => `examples/booking/${name}/index.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@aws-sdk/*'],
    alias: {
      'belfry/catalogue': './client/src/catalogue.ts',
      'belfry/producer': './client/src/producer.ts',
    },
  });
  ({ handler: book } = await import(join(folder, 'booking/index.mjs')));
  ({ handler: remind } = await import(join(folder, 'remind/index.mjs')));
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

  it('sends an e-mail about one that has stayed unread', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const user_id = newUser();
    const { created } = await belfry.invoke(command(user_id, { alert_after: 60 }));
    // The detail of the event, as the service puts it on the bus.
    const { version, id } = created.notification;
    const detail = { id: `${user_id}:${version}:${id}:notification.unread_after`, user_id };
    await remind({ detail: { ...detail, notification: created.notification } });
    expect(JSON.parse(String(log.mock.lastCall?.[0]))).toEqual({
      message: 'email',
      id: detail.id,
      to: `${user_id}@example.com`,
      subject: created.notification.title,
    });
  });

  it('fails if the notification is wrong, and says why', async () => {
    const booking = { booking_id: '981', user_id: 'nobody', summary: 'Row F, seat 12.' };
    await expect(book(booking)).rejects.toThrow('user_id must be a UUID');
  });
});
