import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { define, defineCatalogue, type StandardSchema, withSchemas } from '../../../client/src/catalogue.ts';
import { type AwsClient, createProducer, ValidationError } from '../../../client/src/producer.ts';

const user_id = '0b5e55ed-0000-4000-8000-000000000001';
const other = '0b5e55ed-0000-4000-8000-000000000002';

const catalogue = defineCatalogue({
  booking_confirmed: define<{ booking_id: string; seats: number }>({
    scope: 'attendee',
    route: ({ booking_id }) => `/bookings/${booking_id}`,
    texts: {
      en: ({ seats }) => ({ title: 'Your booking is confirmed', body: `${seats} seats.` }),
      de: ({ seats }) => ({ title: 'Ihre Buchung ist bestätigt', body: `${seats} Plätze.` }),
    },
  }),
  digest: define({ default: 'off', texts: { en: () => ({ title: 'Your week' }) } }),
  reminder: define<{ starts_at: string }>({
    texts: { en: ({ starts_at }) => ({ title: `At ${starts_at}` }) },
  }),
});

/** A queue that takes everything, and what it was given. */
function recordingQueue() {
  const sent: unknown[] = [];
  const client: AwsClient = {
    async send({ input }: { input: { Entries: { MessageBody: string }[] } }) {
      sent.push(...input.Entries.map(({ MessageBody }) => JSON.parse(MessageBody)));
      return {};
    },
  };
  return { sent, door: { queueUrl: 'https://sqs.example/queue', client } };
}

/** A schema by hand, which no library is needed for. */
const schemaOf = <Output>(
  validate: StandardSchema<Output>['~standard']['validate'],
): StandardSchema<Output> => ({
  '~standard': { version: 1, vendor: 'by hand', validate },
});

const booking = { booking_id: '981', seats: 2 };

describe('The method of a type', () => {
  it('sends its text in the first language, its type and its route', async () => {
    const { sent, door } = recordingQueue();
    const { send } = createProducer({ ...door, catalogue });
    const receipt = await send.booking_confirmed({
      user_id,
      metadata: booking,
      idempotency_key: 'booking-981',
    });
    expect(receipt.idempotency_key).toBe('booking-981');
    expect(sent).toEqual([
      {
        user_id,
        title: 'Your booking is confirmed',
        body: '2 seats.',
        metadata: { booking_id: '981', seats: 2, type: 'booking_confirmed', route: '/bookings/981' },
        idempotency_key: 'booking-981',
      },
    ]);
  });

  it('takes everything else that a command has', async () => {
    const { sent, door } = recordingQueue();
    const { send } = createProducer({ ...door, catalogue });
    await send.digest({ user_ids: [user_id, other], actor_id: other, channel: 'mail', scope: 'organizer' });
    expect(sent).toMatchObject([
      {
        ...{ user_ids: [user_id, other], actor_id: other, channel: 'mail', scope: 'organizer' },
        ...{ title: 'Your week', metadata: { type: 'digest' } },
      },
    ]);
    expect(sent[0]).not.toHaveProperty('metadata.route');
  });

  it('is beside notify, which sends what is in no catalogue', async () => {
    const { sent, door } = recordingQueue();
    await createProducer({ ...door, catalogue }).notify({ user_id, title: 'Hello' });
    expect(sent).toMatchObject([{ title: 'Hello' }]);
    expect(createProducer(door)).not.toHaveProperty('send');
  });

  it('keeps to the rules of a command', async () => {
    const { send } = createProducer({ ...recordingQueue().door, catalogue });
    await expect(send.digest({ user_id: 'me' })).rejects.toThrow('user_id must be a UUID');
    const away = send.booking_confirmed({ user_id, metadata: { booking_id: '/../..\\evil', seats: 1 } });
    await expect(away).rejects.toThrow('metadata.route must be a path');
  });

  it('is not there for a type that the catalogue does not have', async () => {
    const { send } = createProducer({ ...recordingQueue().door, catalogue });
    expect(() => Reflect.get(send, 'booking_cancelled')).toThrow(
      'send: the catalogue has no type "booking_cancelled". It has booking_confirmed, digest, reminder.',
    );
    // What the language itself asks an object for is no type.
    expect(await Promise.resolve(send)).toBe(send);
    expect(JSON.stringify(send)).toBe('{}');
  });
});

describe('A schema', () => {
  it.each([
    ['zod', z.object({ booking_id: z.string(), seats: z.number().int() })],
    ['zod/mini', mini.object({ booking_id: mini.string(), seats: mini.int() })],
  ])('of %s refuses metadata that is wrong, naming the type and the path', async (_, booking_confirmed) => {
    const { sent, door } = recordingQueue();
    const { send } = createProducer({ ...door, catalogue: withSchemas(catalogue, { booking_confirmed }) });
    const refused = send.booking_confirmed({ user_id, metadata: { booking_id: '981', seats: 1.5 } });
    await expect(refused).rejects.toThrow(ValidationError);
    await expect(refused).rejects.toThrow(
      /^metadata\.seats is refused by the schema of booking_confirmed: Invalid input/,
    );
    expect(sent).toEqual([]);
  });

  it('says what is stored', async () => {
    const { sent, door } = recordingQueue();
    const reminder = z.object({ starts_at: z.date().transform((date) => date.toISOString()) });
    const { send } = createProducer({ ...door, catalogue: withSchemas(catalogue, { reminder }) });
    const metadata = { starts_at: new Date(0), left_out: true };
    await send.reminder({ user_id, metadata });
    expect(sent).toMatchObject([
      {
        title: 'At 1970-01-01T00:00:00.000Z',
        metadata: { starts_at: '1970-01-01T00:00:00.000Z', type: 'reminder' },
      },
    ]);
    expect(sent[0]).not.toHaveProperty('metadata.left_out');
  });

  it('may take its time, and name a path by parts', async () => {
    const reminder = schemaOf<{ starts_at: string }>(async () => ({
      issues: [{ message: 'too late', path: [{ key: 'starts_at' }, 0] }, { message: 'no' }],
    }));
    const checked = withSchemas(catalogue, { reminder });
    const { send } = createProducer({ ...recordingQueue().door, catalogue: checked });
    await expect(send.reminder({ user_id, metadata: { starts_at: '' } })).rejects.toThrow(
      'metadata.starts_at.0 is refused by the schema of reminder: too late; metadata is refused by the schema of reminder: no',
    );
  });

  it('of a type that the catalogue does not have is refused, and what is no schema', () => {
    const schema = schemaOf(() => ({ value: {} }));
    expect(() => withSchemas(catalogue, { reminder_ed: schema } as never)).toThrow(
      'withSchemas: the catalogue has no type "reminder_ed". It has booking_confirmed, digest, reminder.',
    );
    expect(() => withSchemas(catalogue, { digest: { parse: () => ({}) } } as never)).toThrow(
      'withSchemas: the schema of digest is no Standard Schema (standardschema.dev).',
    );
  });

  it('leaves the catalogue as it was', () => {
    const checked = withSchemas(catalogue, { digest: schemaOf(() => ({ value: {} })) });
    expect(catalogue.schemas).toEqual({});
    expect(checked.policy).toBe(catalogue.policy);
  });
});

describe('Metadata', () => {
  it.each([
    [
      'a date',
      { at: { day: new Date(0) } },
      'metadata.at.day must be JSON; it is a Date. Let the schema of digest',
    ],
    ['a map in a list', { seats: [new Map()] }, 'metadata.seats.0 must be JSON; it is a Map.'],
    ['a function', { seats: () => 2 }, 'metadata.seats must be JSON; it is function.'],
    ['a hole in a list', { seats: [undefined] }, 'metadata.seats.0 must be JSON; it is undefined.'],
    ['nothing', undefined, 'metadata must be an object; it is undefined.'],
    ['a list', [], 'metadata must be an object; it is a list.'],
    ['a number beyond JSON', { seats: Number.NaN }, 'metadata.seats must be a number'],
  ])('is refused if it is or has %s', async (_, value, message) => {
    const digest = schemaOf<object>(() => ({ value: value as object }));
    const { send } = createProducer({
      ...recordingQueue().door,
      catalogue: withSchemas(catalogue, { digest }),
    });
    await expect(send.digest({ user_id })).rejects.toThrow(message);
  });

  it('may leave out what is undefined', async () => {
    const { sent, door } = recordingQueue();
    const digest = schemaOf<object>(() => ({ value: { note: undefined } }));
    await createProducer({ ...door, catalogue: withSchemas(catalogue, { digest }) }).send.digest({ user_id });
    expect(sent).toMatchObject([{ metadata: { type: 'digest' } }]);
  });
});

describe('A producer', () => {
  const texts = { en: () => ({ title: 'Hello' }) };

  it.each([
    [
      'two spellings of one type',
      ['payout', 'Payout'],
      'createProducer: catalogue: "payout" and "Payout" are the same type. Leave one of them out.',
    ],
    [
      'a name that is blank on a page',
      ['\u2800'],
      'createProducer: catalogue: "\u2800" must be 1 to 64 visible characters without white space.',
    ],
  ])('is not made if the catalogue has %s', (_, names, message) => {
    const types = Object.fromEntries(names.map((name) => [name, define({ texts })]));
    expect(() => createProducer({ ...recordingQueue().door, catalogue: defineCatalogue(types) })).toThrow(
      message,
    );
  });
});

// The compiler checks what follows; nothing of it needs to run.
describe('The types of a producer', () => {
  it('know the metadata of each type', () => {
    const { send } = createProducer({ ...recordingQueue().door, catalogue });
    expectTypeOf<Parameters<typeof send.booking_confirmed>[0]['metadata']>().toEqualTypeOf<{
      booking_id: string;
      seats: number;
    }>();
    expectTypeOf(send.digest).toBeCallableWith({ user_id });
    const wrong = () => [
      // @ts-expect-error The seats are missing.
      send.booking_confirmed({ user_id, metadata: { booking_id: '981' } }),
      // @ts-expect-error The seats are a number.
      send.booking_confirmed({ user_id, metadata: { booking_id: '981', seats: '2' } }),
      // @ts-expect-error There is no such field.
      send.booking_confirmed({ user_id, metadata: { ...booking, row: 'F' } }),
      // @ts-expect-error The metadata is missing.
      send.booking_confirmed({ user_id }),
      // @ts-expect-error It has no recipient.
      send.digest({}),
      // @ts-expect-error The catalogue says what it says.
      send.digest({ user_id, title: 'Hello' }),
      // @ts-expect-error The catalogue does not have this type.
      send.booking_cancelled({ user_id }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });

  it('take what the schema accepts', () => {
    const reminder = z.object({ starts_at: z.date().transform(String) });
    const checked = withSchemas(catalogue, { reminder });
    const { send } = createProducer({ ...recordingQueue().door, catalogue: checked });
    expectTypeOf<Parameters<typeof send.reminder>[0]['metadata']>().toEqualTypeOf<{ starts_at: Date }>();
    expectTypeOf<Parameters<typeof send.booking_confirmed>[0]['metadata']>().toEqualTypeOf<typeof booking>();
  });

  it('compile no schema that does not fit its type, and none of an unknown type', () => {
    const wrong = () => [
      // @ts-expect-error The schema returns no seats.
      withSchemas(catalogue, { booking_confirmed: z.object({ booking_id: z.string() }) }),
      // @ts-expect-error The schema returns seats as a text.
      withSchemas(catalogue, { booking_confirmed: z.object({ booking_id: z.string(), seats: z.string() }) }),
      // @ts-expect-error The catalogue does not have this type.
      withSchemas(catalogue, { booking_cancelled: z.object({}) }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});
