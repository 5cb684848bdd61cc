import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type JWTPayload, SignJWT } from 'jose';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import type { CreatedMany, CreatedOne as CreatedOrNot } from '../../functions/core/answers.ts';
import type { CreateCommandInput } from '../../functions/core/create-command.ts';
import type { ServerFrame } from '../../functions/core/frames.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { RetentionRun } from '../../functions/core/retention.ts';
import type { TickRun } from '../../functions/core/tick.ts';
import { type Clock, systemClock } from '../../local/clock.ts';
import { type KeptLog, keepLog } from './kept-log.ts';
import type { InstallationOutputs } from './watched-system.ts';

/** What the HTTP API answered. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export type Installation = ReturnType<typeof createInstallation>;

/** The running system as producers and browsers see it: by its outputs alone. */
export const installation = (): Installation =>
  createInstallation(inject('outputs'), { claims: inject('claims'), log: keepLog(inject('logDirectory')) });

/** A user that no other test uses. */
export const newUser = (): string => randomUUID();

/**
 * @param options.clock what the system's time is; left out, the machine's
 * @param options.claims those of each token, unless a test says otherwise; left out, none
 * @param options.log is told each token that is made, which no line of a log may hold; left out, nobody looks at the logs
 * @param options.maxAttempts how often an SDK tries a request. Default: the default of the SDK
 */
export function createInstallation(
  outputs: InstallationOutputs,
  {
    clock = systemClock,
    claims: commonClaims = {},
    log = keepLog(undefined),
    maxAttempts,
  }: { clock?: Clock; claims?: JWTPayload | undefined; log?: KeptLog; maxAttempts?: number } = {},
) {
  const client = {
    endpoint: outputs.AwsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(maxAttempts !== undefined && { maxAttempts }),
    // The default of the SDK is 50. Above it, a request waits until another one has its answer.
    requestHandler: { httpAgent: { maxSockets: 500 } },
  };
  const lambda = new LambdaClient(client);
  const eventBridge = new EventBridgeClient(client);
  const sqs = new SQSClient(client);

  /** A token for the user, good for 5 minutes, or until `expiresAt`: seconds since the epoch, or a time from now such as `-1m`. */
  async function token(user: string, claims: JWTPayload = {}, expiresAt?: string | number): Promise<string> {
    const now = Math.floor(clock.now() / 1_000);
    const made = await new SignJWT({ ...commonClaims, sub: user, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt(now)
      .setExpirationTime(expiresAt ?? now + 300)
      .sign(new TextEncoder().encode(outputs.JwtSecret));
    log.secret(made);
    return made;
  }

  async function request<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const response = await fetch(`${outputs.HttpApiUrl}${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  async function invokeByHand<Run>(FunctionName: string, event: object = {}): Promise<Run> {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const payload = Payload?.transformToString() ?? 'null';
    if (FunctionError) throw new Error(`${FunctionName} failed: ${payload}`);
    return JSON.parse(payload);
  }

  return {
    outputs,
    token,
    request,

    /** Requests of a signed-in user, whose token has these claims too. */
    as(user: string, claims: JWTPayload = {}) {
      const signedIn = async () => ({ authorization: `Bearer ${await token(user, claims)}` });
      const send =
        (method: 'POST' | 'PUT' | 'DELETE') =>
        async <Body>(path: string, body?: unknown, headers: Record<string, string> = {}) =>
          request<Body>(path, {
            method,
            headers: { ...(await signedIn()), 'content-type': 'application/json', ...headers },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
      return {
        get: async <Body>(path: string) => request<Body>(path, { headers: await signedIn() }),
        post: send('POST'),
        put: send('PUT'),
        delete: send('DELETE'),
      };
    },

    /** Invokes the create function and waits for its answer; `error` is what the invocation failed with. */
    async invoke<Created = CreatedOne>(
      command: unknown,
    ): Promise<{ created: Created; error?: { errorType: string; errorMessage: string } }> {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName: outputs.CreateFunctionName, Payload: JSON.stringify(command) }),
      );
      const payload = JSON.parse(Payload?.transformToString() ?? 'null');
      return FunctionError ? { created: payload, error: payload } : { created: payload };
    },

    /** Invokes retention by hand and waits for its answer. */
    purge: () => invokeByHand<RetentionRun>(outputs.PurgeFunctionName),

    /** Invokes the tick by hand, which looks into the database in any case, and waits for its answer. */
    tick: () => invokeByHand<TickRun>(outputs.TickFunctionName, { look: true }),

    /** Invokes the create function without waiting for it. */
    async invokeLater(command: unknown): Promise<void> {
      await lambda.send(
        new InvokeCommand({
          FunctionName: outputs.CreateFunctionName,
          InvocationType: 'Event',
          Payload: JSON.stringify(command),
        }),
      );
    },

    async putEvent(command: unknown, source = 'booking'): Promise<void> {
      const { FailedEntryCount } = await eventBridge.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: outputs.EventBusName,
              Source: source,
              DetailType: 'notification.create',
              Detail: JSON.stringify(command),
            },
          ],
        }),
      );
      if (FailedEntryCount) throw new Error('The bus refused the event.');
    },

    async sendMessage(body: string): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: outputs.CreateQueueUrl, MessageBody: body }));
    },

    /** Opens a socket as a browser does, with the token in the address, or offered as a subprotocol. */
    connect: async (user: string, { token: given, search, url, ...options }: ConnectOptions = {}) => {
      const query = search ?? (options.protocols ? '' : `token=${given ?? (await token(user))}`);
      return openSocket(`${url ?? outputs.WebSocketUrl}?${query}`, options);
    },
  };
}

/** A create command that is valid. */
export function command(user_id: string, changes: Partial<CreateCommandInput> = {}): CreateCommandInput {
  return { user_id, title: 'Your seat is confirmed', body: 'Row F, seat 12.', ...changes };
}

/** A create command for several users that is valid. */
export function batchCommand(
  user_ids: string[],
  changes: Partial<CreateCommandInput> = {},
): CreateCommandInput {
  return { user_ids, title: 'Doors open in an hour', body: 'See you soon.', ...changes };
}

export type { CreatedMany };

/** The answer to a create for one user, who has not switched the type off. */
export type CreatedOne = CreatedOrNot & { notification: Notification };

/** How a socket is opened otherwise than by a page of this user. */
export interface ConnectOptions {
  /** Another way to the service's own address. */
  url?: string;
  /** Instead of one of the user. */
  token?: string;
  /** The whole query string, instead of one with the token. */
  search?: string;
  /** The subprotocols that are offered, instead of a token in the address. */
  protocols?: string[];
  /** Left out, as by a program that is no browser. */
  origin?: string;
  /** Further headers of the upgrade. */
  headers?: Record<string, string | string[]>;
}

export type Socket = Awaited<ReturnType<typeof openSocket>>;

/** The socket was refused with this HTTP status. */
export class UpgradeRefused extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`The upgrade was refused with ${status}.`);
    this.status = status;
  }
}

async function openSocket(
  url: string,
  { protocols = [], ...options }: Pick<ConnectOptions, 'origin' | 'headers' | 'protocols'>,
) {
  const socket = new WebSocket(url, protocols, options);
  const received: ServerFrame[] = [];
  const waiting: ((frame: ServerFrame) => void)[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => {
    const frame: ServerFrame = JSON.parse(String(data));
    const next = waiting.shift();
    if (next) next(frame);
    else received.push(frame);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('unexpected-response', (_request, response) => {
      reject(new UpgradeRefused(response.statusCode));
      socket.terminate();
    });
    socket.on('error', reject);
  });

  const next = (): Promise<ServerFrame> => {
    const frame = received.shift();
    return frame ? Promise.resolve(frame) : new Promise((resolve) => waiting.push(resolve));
  };

  return {
    /** The next frame that came, or comes. */
    next,
    /** Everything that has come, once the answer to a ping is here: what was on its way before is here too. */
    async settled(): Promise<ServerFrame[]> {
      socket.send(JSON.stringify({ action: 'ping' }));
      const frames: ServerFrame[] = [];
      for (let frame = await next(); frame.type !== 'pong'; frame = await next()) frames.push(frame);
      return frames;
    },
    send: (text: string) => socket.send(text),
    /** The subprotocol that was taken; empty if there is none. */
    protocol: socket.protocol,
    /** The close code, once it is closed. */
    closed,
    close() {
      socket.close();
      return closed;
    },
    /** Reads nothing any more, until `resume`. */
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    /** Breaks the line without a word, as a lost network does. */
    terminate: () => socket.terminate(),
  };
}
