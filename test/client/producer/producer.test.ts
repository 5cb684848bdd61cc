import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AwsClient,
  type CreateCommand,
  createProducer,
  type Door,
  Forbidden,
  type ProducerOptions,
  RateLimited,
  type RetractCommand,
  Unauthenticated,
  Unavailable,
  type UpdateCommand,
  ValidationError,
} from '../../../client/src/producer.ts';
import type { CreateCommandInput } from '../../../functions/core/create-command.ts';
import type { RetractCommandInput } from '../../../functions/core/retract-command.ts';
import type { UpdateCommandInput } from '../../../functions/core/update-command.ts';

const user = (index: number) => `0b5e55ed-0000-4000-8000-${String(index).padStart(12, '0')}`;
const command: CreateCommand = { user_id: user(1), title: 'Hello', body: 'World' };

/** What the AWS SDK was asked to send, and answers in its place: the faults of the real one cannot be ordered. */
function scripted(answer: (input: Input, request: number) => unknown) {
  const inputs: Input[] = [];
  const client: AwsClient = {
    async send({ input }: { input: Input }) {
      inputs.push(input);
      return answer(input, inputs.length);
    },
  };
  return { client, inputs };
}

interface Input {
  Entries?: { Id: string; Detail: string; MessageBody: string; Source: string }[];
  Payload?: Uint8Array;
  InvocationType?: string;
}

/** A producer that does not wait, and says for how long it would have. */
function producerOf(door: Door, options: ProducerOptions = {}) {
  const waits: number[] = [];
  const producer = createProducer(door, options, {
    wait: async (ms) => void waits.push(ms),
    random: () => 0.5,
  });
  return { ...producer, waits };
}

const queue = { queueUrl: 'https://sqs.example/queue' };
const bus = { eventBusName: 'belfry' };
const sentBy = (inputs: Input[]) =>
  inputs.flatMap(({ Entries = [] }) =>
    Entries.map(({ MessageBody, Detail }) => JSON.parse(MessageBody ?? Detail)),
  );
const awsError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode } });

describe('a door', () => {
  it.each([
    ['functionName', 'CreateFunctionName'],
    ['eventBusName', 'EventBusName'],
    ['queueUrl', 'CreateQueueUrl'],
    ['apiUrl', 'HttpApiUrl'],
  ])('with nothing as its %s is refused at once, with the name of what it needs', (option, output) => {
    const { MISSING } = process.env;
    for (const address of [MISSING, '']) {
      const open = () => createProducer({ [option]: address, getToken: () => 'token' } as never);
      expect(open).toThrow(
        `createProducer got ${JSON.stringify(address)} as ${option}. Set it to the output ${output} of the service.`,
      );
    }
  });

  it('without any address is refused at once, with all that it could have', () => {
    expect(() => createProducer({} as never)).toThrow(
      'createProducer needs one of the options functionName, eventBusName, queueUrl, apiUrl.',
    );
  });
});

describe('a command', () => {
  it('has the type that the service takes', () => {
    // JSON makes texts of dates.
    type Moments = { expires_at?: string; deliver_at?: string };
    type Written = CreateCommand & { user_ids?: string[]; actions?: Buttons } & Moments;
    type Buttons = NonNullable<CreateCommandInput['actions']>;
    expectTypeOf<Written>().toExtend<CreateCommandInput>();
    expectTypeOf<keyof CreateCommand>().toEqualTypeOf<keyof Omit<CreateCommandInput, 'action'>>();
    expectTypeOf<keyof UpdateCommand>().toEqualTypeOf<keyof Omit<UpdateCommandInput, 'action'>>();
    expectTypeOf<RetractCommand & { user_ids?: string[] }>().toExtend<Omit<RetractCommandInput, 'action'>>();
    expectTypeOf<keyof RetractCommand>().toEqualTypeOf<keyof Omit<RetractCommandInput, 'action'>>();
  });

  it('is refused before anything is sent, by the service’s own rules and by the name of each field', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const wrong = notify({ ...command, title: ' ', metadata: { url: 'javascript:alert(1)' } });
    await expect(wrong).rejects.toBeInstanceOf(ValidationError);
    await expect(wrong).rejects.toMatchObject({ errors: [{ path: 'title' }, { path: 'metadata.url' }] });
    expect(inputs).toEqual([]);
  });

  it('may have null for every field that may be left out', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const nulls = { body: null, actor_id: null, metadata: null, channel: null, idempotency_key: null };
    const { idempotency_key } = await notify({ user_id: user(1), user_ids: null, title: 'Hello', ...nulls });
    await notify({ user_ids: [user(1)], user_id: null, title: 'Hello', ...nulls });
    expect(sentBy(inputs)).toMatchObject([{ idempotency_key }, { user_ids: [user(1)] }]);
  });

  it('needs no body', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    await notify({ user_id: user(1), title: 'Hello' });
    expect(sentBy(inputs)).toMatchObject([{ title: 'Hello' }]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 5n, 2n ** 60n])(
    'is refused with a number that JSON cannot carry: %s',
    async (number) => {
      const { client, inputs } = scripted(() => ({}));
      const { notify } = producerOf({ ...queue, client });
      await expect(notify({ ...command, metadata: { orders: [{ number }] } })).rejects.toMatchObject({
        errors: [{ path: 'metadata.orders.0.number', message: expect.stringContaining('send it as text') }],
      });
      expect(inputs).toEqual([]);
    },
  );

  it('may have dates for moments, and says where a moment or an action is wrong', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const expires_at = new Date(Date.now() + 60_000);
    await notify({ ...command, expires_at });
    expect(sentBy(inputs)).toMatchObject([{ expires_at: expires_at.toISOString() }]);
    const [action] = [{ id: 'accept', label: 'Accept' }];
    const wrong = notify({ ...command, expires_at: new Date(0), actions: [action, action] });
    await expect(wrong).rejects.toMatchObject({ errors: [{ path: 'expires_at' }, { path: 'actions.1.id' }] });
    expect(inputs).toHaveLength(1);
  });

  it('is checked as the JSON that will be sent', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    await notify({ ...command, metadata: { at: new Date(0), gone: undefined } });
    expect(sentBy(inputs)).toMatchObject([{ metadata: { at: '1970-01-01T00:00:00.000Z' } }]);
  });

  it('for more than 500 recipients goes in several, with the same key', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const user_ids = Array.from({ length: 1_201 }, (_, index) => user(index));
    const { idempotency_key } = await notify({ user_ids, title: 'Hello', body: 'World' });
    const sent = sentBy(inputs);
    expect(sent.map((each) => each.user_ids.length)).toEqual([500, 500, 201]);
    expect(sent.flatMap((each) => each.user_ids)).toEqual(user_ids);
    expect(sent.map((each) => each.idempotency_key)).toEqual(Array(3).fill(idempotency_key));
  });

  it('for more than 500 recipients is refused whole, with the place of the wrong one', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const user_ids = Array.from({ length: 700 }, (_, index) => (index === 612 ? 'nobody' : user(index)));
    await expect(notify({ user_ids, title: 'Hello', body: 'World' })).rejects.toMatchObject({
      errors: [{ path: 'user_ids.612' }],
    });
    expect(inputs).toEqual([]);
  });
});

describe('commands that are given at once', () => {
  it.each([
    ['queue', queue],
    ['bus', bus],
  ])('go to the %s ten at a time', async (_, door) => {
    const { client, inputs } = scripted(({ Entries = [] }) => ({
      Entries: Entries.map(() => ({ EventId: '1' })),
    }));
    const { notify } = producerOf({ ...door, client });
    const receipts = await Promise.all(Array.from({ length: 25 }, () => notify(command)));
    expect(inputs.map(({ Entries = [] }) => Entries.length)).toEqual([10, 10, 5]);
    expect(new Set(receipts.map(({ idempotency_key }) => idempotency_key)).size).toBe(25);
  });

  it('are split where together they would be too large for a request', async () => {
    const { client, inputs } = scripted(() => ({}));
    const { notify } = producerOf({ ...queue, client });
    const large = {
      ...command,
      user_id: undefined,
      user_ids: Array.from({ length: 500 }, (_, index) => user(index)),
    };
    await Promise.all(Array.from({ length: 20 }, () => notify({ ...large, body: '😀'.repeat(4_000) })));
    const sizes = inputs.map(({ Entries = [] }) =>
      Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0),
    );
    expect(Math.max(...sizes)).toBeLessThan(256_000);
    expect(sentBy(inputs)).toHaveLength(20);
  });

  it('are under way together, but not too many', async () => {
    let [running, most] = [0, 0];
    const client: AwsClient = {
      async send() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return {};
      },
    };
    const { notify } = producerOf({ functionName: 'create', isAsync: true, client }, { concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => notify(command)));
    expect(most).toBe(3);
  });
});

describe('a failure that passes', () => {
  it('of a few in a batch has only these sent again, with their keys', async () => {
    const { client, inputs } = scripted((_, request) =>
      request === 1 ? { Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] } : {},
    );
    const { notify, waits } = producerOf({ ...queue, client });
    const receipts = await Promise.all([notify(command), notify(command), notify(command)]);
    expect(inputs.map(({ Entries = [] }) => Entries.length)).toEqual([3, 1]);
    expect(sentBy(inputs)[3]).toEqual(sentBy(inputs)[1]);
    expect(receipts[1]?.idempotency_key).toBe(sentBy(inputs)[3].idempotency_key);
    expect(waits).toHaveLength(1);
  });

  it('is tried a few times, and then told', async () => {
    const { client, inputs } = scripted(({ Entries = [] }) => ({
      FailedEntryCount: Entries.length,
      Entries: Entries.map(() => ({ ErrorCode: 'ThrottlingException', ErrorMessage: 'Later.' })),
    }));
    const { notify, waits } = producerOf({ ...bus, client });
    await expect(notify(command)).rejects.toBeInstanceOf(Unavailable);
    expect([inputs.length, waits.length]).toEqual([4, 3]);
  });

  it.each([
    ['TimeoutError', undefined, Unavailable],
    ['InternalServerError', 500, Unavailable],
    ['TooManyRequestsException', 429, RateLimited],
  ])('of the SDK, %s, is tried again', async (name, status, type) => {
    const { client, inputs } = scripted(() => {
      throw awsError(name, status);
    });
    const { notify } = producerOf({ functionName: 'create', client }, { attempts: 2 });
    await expect(notify(command)).rejects.toBeInstanceOf(type);
    expect(inputs).toHaveLength(2);
  });
});

describe('a failure that stays', () => {
  it.each([
    ['AccessDeniedException', 403, Forbidden],
    ['ExpiredTokenException', 403, Unauthenticated],
    ['CredentialsProviderError', undefined, Unauthenticated],
    ['ResourceNotFoundException', 404, Error],
  ])('of the SDK, %s, is told at once', async (name, status, type) => {
    const { client, inputs } = scripted(() => {
      throw awsError(name, status);
    });
    const { notify } = producerOf({ functionName: 'create', client });
    await expect(notify(command)).rejects.toBeInstanceOf(type);
    expect(inputs).toHaveLength(1);
  });

  it('of the sender in the queue is told at once', async () => {
    const { client, inputs } = scripted(() => ({
      Failed: [{ Id: '0', Code: 'InvalidMessageContents', Message: 'No.', SenderFault: true }],
    }));
    const { notify } = producerOf({ ...queue, client });
    await expect(notify(command)).rejects.toThrow('InvalidMessageContents');
    expect(inputs).toHaveLength(1);
  });
});
