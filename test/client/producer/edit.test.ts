import { describe, expect, expectTypeOf, it } from 'vitest';
import { define, defineCatalogue } from '../../../client/src/catalogue.ts';
import {
  AlreadySent,
  type AwsClient,
  createProducer,
  NotFound,
  ValidationError,
} from '../../../client/src/producer.ts';

const user = (index: number) => `0b5e55ed-0000-4000-8000-${String(index).padStart(12, '0')}`;

const catalogue = defineCatalogue({
  booking: define<{ id: string; seats: number }>({
    route: ({ id }) => `/bookings/${id}`,
    texts: { en: ({ seats }) => ({ title: `${seats} seats`, body: 'See you.' }) },
  }),
});

interface Sent {
  user_ids?: string[];
  [field: string]: unknown;
}

/** A producer by the invoke door. It answers a value as it is, and an error as Lambda answers one that was thrown. */
function producerOf(answer: (command: Sent) => unknown) {
  const sent: Sent[] = [];
  const client: AwsClient = {
    async send({ input }: { input: { Payload: Uint8Array } }) {
      const command = JSON.parse(new TextDecoder().decode(input.Payload));
      sent.push(command);
      const result = answer(command);
      const failure = result instanceof Error && { errorType: result.name, errorMessage: result.message };
      return {
        ...(failure && { FunctionError: 'Unhandled' }),
        Payload: new TextEncoder().encode(JSON.stringify(failure || result)),
      };
    },
  };
  return { ...createProducer({ functionName: 'create', client, catalogue }), sent };
}

/** A producer by the queue, which accepts everything. */
function queueProducer() {
  const sent: unknown[] = [];
  const client: AwsClient = {
    async send({ input }: { input: { Entries: { MessageBody: string }[] } }) {
      sent.push(...input.Entries.map(({ MessageBody }) => JSON.parse(MessageBody)));
      return {};
    },
  };
  return { ...createProducer({ queueUrl: 'https://sqs.example/queue', client }), sent };
}

const key = 'booking-981';

describe('A scheduled create', () => {
  it('answers the schedule', async () => {
    const deliver_at = new Date(Date.now() + 60_000).toISOString();
    const { notify, sent } = producerOf(() => ({ scheduled: { id: 57, deliver_at } }));
    expect(await notify({ user_id: user(1), title: 'Later', deliver_at })).toMatchObject({
      scheduled: [{ id: 57, deliver_at }],
      notifications: [],
      suppressed: [],
    });
    expect(sent).toMatchObject([{ deliver_at }]);
  });

  it('is called off by its id', async () => {
    const { cancel, sent } = producerOf(() => ({ cancelled: { id: 57 } }));
    await cancel(57);
    expect(sent).toEqual([{ action: 'cancel', scheduled_id: 57 }]);
  });

  it.each([new AlreadySent(57), new NotFound('There is no scheduled create 57.')])(
    'that cannot be called off says why: $name',
    async (error) => {
      const { cancel } = producerOf(() => error);
      await expect(cancel(57)).rejects.toEqual(error);
    },
  );

  it('is refused before anything is sent if its id is none', async () => {
    const { cancel, sent } = producerOf(() => ({}));
    await expect(cancel(0)).rejects.toMatchObject({ errors: [{ path: 'scheduled_id' }] });
    expect(sent).toEqual([]);
  });
});

describe('A grouped create', () => {
  it('says that it went into an unread notification', async () => {
    const notification = { id: 7, user_id: user(1) };
    const { notify } = producerOf(() => ({ notification, created: false, grouped: true, suppressed: false }));
    const receipt = await notify({ user_id: user(1), title: 'Booked', group: { key: 'event-1' } });
    expect(receipt.notifications).toEqual([{ ...notification, created: false, grouped: true }]);
  });
});

describe('An update', () => {
  it('of one user answers the notification', async () => {
    const notification = { id: 7, user_id: user(1), title: 'New' };
    const { update, sent } = producerOf(() => ({ notification, changed: true }));
    const command = { user_id: user(1), idempotency_key: key, title: 'New', realert: true };
    expect(await update(command)).toEqual({
      notifications: [{ id: 7, user_id: user(1), changed: true }],
      missing: [],
    });
    expect(sent).toEqual([{ ...command, action: 'update' }]);
  });

  it('gets no key of its own', async () => {
    const { update, sent } = producerOf(() => ({}));
    const keyless = { user_id: user(1), title: 'New' };
    // @ts-expect-error
    await expect(update(keyless)).rejects.toMatchObject({ errors: [{ path: 'idempotency_key' }] });
    expect(sent).toEqual([]);
  });

  it('of a notification that no recipient has is reported', async () => {
    const { update } = producerOf(() => new NotFound('None of these users has it.'));
    await expect(update({ user_id: user(1), idempotency_key: key, title: 'New' })).rejects.toThrow(NotFound);
  });

  it('of more than 500 users names those of a part that has none', async () => {
    const user_ids = Array.from({ length: 700 }, (_, index) => user(index));
    const { update } = producerOf((command) =>
      command.user_ids?.length === 500
        ? { notifications: [{ id: 1, user_id: user(0), changed: true }], missing: user_ids.slice(1, 500) }
        : new NotFound('None.'),
    );
    expect(await update({ user_ids, idempotency_key: key, title: 'New' })).toEqual({
      notifications: [{ id: 1, user_id: user(0), changed: true }],
      missing: user_ids.slice(1),
    });
  });

  it('of more than 500 users who all have none is told', async () => {
    const user_ids = Array.from({ length: 700 }, (_, index) => user(index));
    const { update } = producerOf(() => new NotFound('None.'));
    await expect(update({ user_ids, idempotency_key: key, title: 'New' })).rejects.toThrow(NotFound);
  });

  it('by a door that only accepts it answers nothing', async () => {
    const { update, sent } = queueProducer();
    expect(await update({ user_id: user(1), idempotency_key: key, title: 'New' })).toEqual({
      notifications: undefined,
      missing: undefined,
    });
    expect(sent).toMatchObject([{ action: 'update' }]);
  });
});

describe('The update of a type', () => {
  it('says anew what the new metadata means', async () => {
    const { sendUpdate, sent } = producerOf(() => ({ notifications: [], missing: [] }));
    const metadata = { id: '981', seats: 3 };
    await sendUpdate.booking({ user_ids: [user(1)], idempotency_key: key, metadata, realert: true });
    expect(sent).toEqual([
      {
        action: 'update',
        user_ids: [user(1)],
        idempotency_key: key,
        title: '3 seats',
        body: 'See you.',
        metadata: { ...metadata, type: 'booking', route: '/bookings/981' },
        realert: true,
      },
    ]);
  });

  it('leaves the texts alone without metadata', async () => {
    const { sendUpdate, sent } = producerOf(() => ({ notifications: [], missing: [] }));
    await sendUpdate.booking({ user_ids: [user(1)], idempotency_key: key, actor_id: null });
    expect(sent).toEqual([{ action: 'update', user_ids: [user(1)], idempotency_key: key, actor_id: null }]);
  });

  it('has the metadata of the type', () => {
    const { sendUpdate } = producerOf(() => ({}));
    type Given = Parameters<typeof sendUpdate.booking>[0]['metadata'];
    expectTypeOf<Given>().toEqualTypeOf<{ id: string; seats: number } | undefined>();
    // @ts-expect-error
    expect(() => sendUpdate.unknown).toThrow(
      'sendUpdate: the catalogue has no type "unknown". It has booking.',
    );
  });
});

describe('A retract', () => {
  it('names what was retracted, and who had nothing', async () => {
    const answer = { retracted: [{ id: 7, user_id: user(1) }], missing: [user(2)] };
    const { retract, sent } = producerOf(() => answer);
    const command = { user_ids: [user(1), user(2)], group_key: 'event-1' };
    expect(await retract(command)).toEqual(answer);
    expect(sent).toEqual([{ ...command, action: 'retract' }]);
  });

  it('by key and by group at once is refused before anything is sent', async () => {
    const { retract, sent } = producerOf(() => ({}));
    const both = { user_id: user(1), idempotency_key: key, group_key: 'event-1' };
    // @ts-expect-error
    await expect(retract(both)).rejects.toThrow(ValidationError);
    expect(sent).toEqual([]);
  });
});
