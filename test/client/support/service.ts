import type { Socket } from '../../../client/src/environment.ts';
import type { CreatedOne } from '../../../functions/core/answers.ts';
import { parseCreateCommand } from '../../../functions/core/create-command.ts';
import type { ServerFrame } from '../../../functions/core/frames.ts';
import { createInboxReader } from '../../../functions/core/inbox-reader.ts';
import type { Notification } from '../../../functions/core/notification.ts';
import { createNotificationService } from '../../../functions/core/notification-service.ts';
import { readRoutes, updateRoutes } from '../../../functions/transport/routes.ts';
import { serve } from '../../../functions/transport/serve.ts';
import { createInMemoryRepository } from '../../fakes/in-memory-repository.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { nobodyConnected } from '../../fakes/recording-publisher.ts';
import type { TestClock } from '../../support/test-clock.ts';
import { readToken } from './tokens.ts';

const minutes = 60_000;

/** What the network and the service do wrong at the moment; probabilities from 0 to 1. */
export interface Faults {
  /** A pushed frame is lost. */
  loss: number;
  /** A pushed frame comes twice. */
  repetition: number;
  /** A request is lost, half of the time only after the service has done what it asks for. */
  failure: number;
  /** How long frames, requests and answers are under way, at most; each for itself, so that they overtake each other. */
  delayMs: number;
  /** Nothing is reachable, and sockets are silent without being closed. */
  isDown: boolean;
  /** Sockets are refused, while requests work. */
  refusesSockets: boolean;
}

export const healthy: Faults = {
  loss: 0,
  repetition: 0,
  failure: 0,
  delayMs: 0,
  isDown: false,
  refusesSockets: false,
};

interface Connection {
  user: string;
  connectedAt: number;
  pushedUntil: number;
  lastMessageAt: number;
  socket: Socket;
  isOpen: boolean;
}

export type Service = ReturnType<typeof createService>;

/**
 * The service as a client sees it: its real routes and use cases over an inbox in memory, and sockets with the gateway's
 * limits, behind a network with faults. Everything happens on the given clock, and by the given random numbers.
 */
export function createService({ clock, random }: { clock: TestClock; random: () => number }) {
  const faults = { ...healthy };
  const repository = createInMemoryRepository(clock.now);
  const connections = new Set<Connection>();
  const requests: string[] = [];
  const upgrades: string[] = [];
  /** When tokens end, in seconds, where that is not what they say. */
  const ends = new Map<string, number>();
  let issuedAfter = 0;
  let refusals = 0;
  let limit = 10;
  let minimumLifetimeMs = 15 * minutes;

  const delay = (run: () => void) => {
    const ms = Math.floor(random() * faults.delayMs);
    // Without a delay at once: a timer of 0 ms would still let a test look too early.
    if (ms === 0) run();
    else clock.after(ms, run);
  };

  const service = createNotificationService({
    repository,
    metrics: createRecordingMetrics(),
    clock: clock.now,
    publisher: {
      async publish(pushes) {
        for (const { user_id, frame } of pushes) {
          for (const connection of connections) {
            if (connection.user !== user_id || clock.now() > connection.pushedUntil) continue;
            post(connection, frame);
            if (random() < faults.repetition) post(connection, frame);
          }
        }
        return nobodyConnected;
      },
    },
  });
  const handle = serve(
    { ...readRoutes(createInboxReader({ repository })), ...updateRoutes(service) },
    { clock: clock.now, logger: { info() {}, error() {} } },
  );

  function post(connection: Connection, frame: ServerFrame): void {
    if (random() < faults.loss) return;
    delay(() => {
      if (!connection.isOpen || faults.isDown) return;
      connection.lastMessageAt = clock.now();
      receive(connection.socket, JSON.stringify(frame));
    });
  }

  function receive(socket: Socket, data: string): void {
    socket.onmessage?.call(null as never, { data } as MessageEvent);
  }

  function close(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    connections.delete(connection);
    // Nobody tells the other end of a line that is cut.
    if (!faults.isDown) connection.socket.onclose?.call(null as never, {} as CloseEvent);
  }

  function isValid(token: string): boolean {
    const { exp, iat } = readToken(token);
    const isValid = iat >= issuedAfter && (ends.get(token) ?? exp) * 1_000 > clock.now();
    if (!isValid) refusals += 1;
    return isValid;
  }

  /** What the gateway does by itself: ends connections that are idle or old. */
  function sweep(): void {
    clock.after(minutes / 2, sweep);
    for (const connection of connections) {
      const isIdle = clock.now() - connection.lastMessageAt > 10 * minutes;
      if (isIdle || clock.now() - connection.connectedAt >= 120 * minutes) close(connection);
    }
  }
  sweep();

  async function answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    const method = init.method ?? 'GET';
    const token = new Headers(init.headers).get('authorization')?.slice('Bearer '.length) ?? '';
    const { sub } = readToken(token);
    const [, id] = /^\/notifications\/(\d+)/.exec(pathname) ?? [];
    const event = {
      routeKey: `${method} ${id ? pathname.replace(id, '{id}') : pathname}`,
      pathParameters: { id },
      queryStringParameters: Object.fromEntries(searchParams),
      headers: {},
      body: init.body ?? '',
      requestContext: {
        requestId: `request-${requests.length}`,
        authorizer: {
          lambda: isValid(token)
            ? { user_id: sub, expires_at: String(clock.now() + minutes) }
            : { reason: 'The token is not valid.' },
        },
      },
    };
    const { statusCode, headers, body } = await handle(event as never);
    return new Response(body ?? '', { status: statusCode ?? 200, headers: headers as HeadersInit });
  }

  return {
    faults,
    /** Every request that has arrived, as method and path. */
    requests,
    /** The token of every upgrade that was asked for. */
    upgrades,
    connections: (): number => connections.size,
    allow(settings: { connections?: number; minimumLifetimeMs?: number }): void {
      limit = settings.connections ?? limit;
      minimumLifetimeMs = settings.minimumLifetimeMs ?? minimumLifetimeMs;
    },
    /** How many requests and sockets were refused for their token. */
    refusals: (): number => refusals,
    /** Refuses every token that there is, however long it says it is good. */
    refuseAll(): void {
      issuedAfter = Math.floor(clock.now() / 1_000);
    },
    /** Takes a token until this second, whatever it says. */
    accept: (token: string, until: number): void => void ends.set(token, until),
    /** Sends this text to every socket. */
    say(text: string): void {
      for (const { socket } of connections) receive(socket, text);
    },
    /** Creates a notification; `metadata` may give it a type. */
    async create(user: string, title: string, metadata = {}): Promise<Notification> {
      const command = parseCreateCommand({ user_id: user, title, body: 'Body', metadata }, null);
      // One recipient, one answer.
      return ((await service.create(command, 'invoke')) as CreatedOne).notification;
    },
    mark: service.mark,
    readAll: service.readAll,
    forgetUpTo: (user: string, version: number) => repository.raiseFloor(user, version),
    /** The inbox as it truly is: rows that are not archived, newest first. */
    async truth(user: string) {
      const query = { limit: 100_000, before_id: null, statuses: ['unread', 'read'] as const, type: null };
      return repository.list(user, query);
    },
    fetch: (url: string, init: RequestInit): Promise<Response> =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        const lost = () => reject(new TypeError('fetch failed'));
        const isLost = random() < faults.failure;
        const isLostEarly = isLost && random() < 0.5;
        delay(async () => {
          if (faults.isDown || isLostEarly) return lost();
          requests.push(`${init.method} ${new URL(url).pathname}`);
          const response = await answer(url, init);
          delay(() => (faults.isDown || isLost ? lost() : resolve(response)));
        });
      }),
    openSocket(url: string): Socket {
      const token = new URL(url).searchParams.get('token') ?? '';
      upgrades.push(token);
      const connection: Connection = {
        user: readToken(token).sub,
        connectedAt: clock.now(),
        pushedUntil: 0,
        lastMessageAt: clock.now(),
        isOpen: false,
        socket: {
          onopen: null,
          onmessage: null,
          onclose: null,
          send() {
            if (!connection.isOpen || faults.isDown) return;
            connection.lastMessageAt = clock.now();
            post(connection, { type: 'pong' });
          },
          close: () => {
            connection.isOpen = false;
            connections.delete(connection);
          },
        },
      };
      let isGone = false;
      const { close: forget } = connection.socket;
      connection.socket.close = () => {
        isGone = true;
        forget();
      };
      clock.after(1 + Math.floor(random() * faults.delayMs), () => {
        if (isGone || faults.isDown) return;
        if (faults.refusesSockets || !isValid(token)) {
          return connection.socket.onclose?.call(null as never, {} as CloseEvent);
        }
        const now = clock.now();
        const exp = ends.get(token) ?? readToken(token).exp;
        Object.assign(connection, {
          isOpen: true,
          connectedAt: now,
          lastMessageAt: now,
          pushedUntil: Math.min(now + 120 * minutes, Math.max(exp * 1_000, now + minimumLifetimeMs)),
        });
        connections.add(connection);
        const mine = [...connections].filter(({ user }) => user === connection.user);
        for (const old of mine.slice(0, -limit)) {
          post(old, { type: 'goodbye', code: 'replaced' });
          clock.after(faults.delayMs, () => close(old));
        }
        connection.socket.onopen?.call(null as never, {} as Event);
      });
      return connection.socket;
    },
    /** Closes every socket, and says so. */
    cut(): void {
      for (const connection of [...connections]) close(connection);
    },
  };
}
