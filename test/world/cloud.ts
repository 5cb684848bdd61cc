import { createAdmission } from '../../functions/core/admission.ts';
import { createCommandService } from '../../functions/core/command-service.ts';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { Unauthenticated } from '../../functions/core/errors.ts';
import {
  createNotificationService,
  type NotificationService,
} from '../../functions/core/notification-service.ts';
import { parsePendingDelivery } from '../../functions/core/parse-pending-delivery.ts';
import type { Publisher, TokenVerifier } from '../../functions/core/ports.ts';
import { createRetention } from '../../functions/core/retention.ts';
import { createPostingPublisher, createQueueingPublisher } from '../../functions/realtime/publisher.ts';
import { createRedelivery } from '../../functions/realtime/redelivery.ts';
import { serveConnect, serveDisconnect } from '../../functions/transport/sockets.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createClockwork } from './clockwork.ts';
import { createDatabase } from './database.ts';
import { createDeliveryPorts, unmeasured } from './delivery-ports.ts';
import { createDice } from './dice.ts';
import { createEvents } from './events.ts';
import { type Door, witness } from './failures.ts';
import { createGateway, type Peer } from './gateway.ts';
import { createHttpApi, type HttpAnswer, type HttpCall } from './http-api.ts';
import { type Invocation, invoke } from './invocation.ts';
import type { Journal, Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import { createPendingDeliveries } from './pending-deliveries.ts';
import { policy } from './policy.ts';
import { createProducerDoors } from './producer-doors.ts';
import type { Sender } from './senders.ts';
import { readToken } from './tokens.ts';
import type { Weather } from './weather.ts';

/** Settings of an installation that matter here. */
export interface Installation {
  connectionLimit: number;
  minimumLifetimeMs: number;
  archiveAfterDays: number;
  deleteAfterDays: number;
  /** In an isolated network the functions that change inboxes cannot reach the sockets, and queue what they push. */
  isIsolated: boolean;
  /** How many rows `changes` answers at once; beyond, it answers a reset. */
  mostChanges: number;
}

const rules = createPolicy(policy);

const clockToleranceMs = 5_000;

export type Cloud = ReturnType<typeof createCloud>;

/**
 * The service: the real use cases, routes, doors and delivery, each run of a function alone, on models of the database,
 * the connections' table, the pending deliveries' table with its stream, and API Gateway.
 */
export function createCloud({
  seed,
  loop,
  weather,
  journal,
  installation,
  trace,
}: {
  seed: number;
  loop: Loop;
  weather: Weather;
  journal: Journal;
  installation: Installation;
  trace: Trace;
}) {
  const clock = loop.now;
  const database = createDatabase({ loop, weather, journal, ...installation });
  const registry = createInMemoryRegistry(clock);
  const deliveries = createPendingDeliveries({ loop, journal, trace, redeliver });
  const gateway = createGateway({
    loop,
    weather,
    journal,
    trace,
    installation,
    onDisconnect,
  });

  const { registryOf, portsOf } = createDeliveryPorts({ clock, weather, registry, gateway, deliveries });

  /** Runs a function; `cause` names it, and with it its seed. */
  const run = <Answer>(
    door: Door,
    cause: string,
    body: (invocation: Invocation) => Promise<Answer>,
  ): Promise<Answer> =>
    invoke(
      {
        loop,
        dice: createDice(seed, cause),
        weather,
        trace: trace && ((line) => trace(`${cause}: ${line}`)),
        ...witness(journal, door, cause),
      },
      body,
    );

  function publisherOf(invocation: Invocation): Publisher {
    const { isIsolated } = installation;
    return {
      async publish(pushes) {
        // A tick publishes several times, and each time has books of its own.
        const { ledger, ...ports } = portsOf(invocation);
        const delivery = isIsolated ? createQueueingPublisher(ports) : createPostingPublisher(ports);
        const report = await delivery.publish(pushes);
        if (isIsolated) ledger.queued(report, pushes.length);
        else ledger.published(report, pushes.length);
        return report;
      },
    };
  }

  function serviceOf(invocation: Invocation) {
    return createNotificationService({
      repository: database.repositoryOf(invocation),
      publisher: publisherOf(invocation),
      dueTimes: clockwork.dueTimesOf(invocation),
      policy,
      clock: invocation.clock,
    });
  }

  function commandsOf(invocation: Invocation, sender?: Sender) {
    const repository = database.repositoryOf(invocation, sender);
    return createCommandService({
      repository,
      schedules: repository,
      dueTimes: clockwork.dueTimesOf(invocation),
      publisher: publisherOf(invocation),
      metrics: unmeasured,
      clock: invocation.clock,
    });
  }

  const events = createEvents({ loop, weather, run });
  const clockwork = createClockwork({
    loop,
    weather,
    timeline: database.timeline,
    policy: rules,
    run,
    partsOf: (invocation) => ({
      timers: database.timersOf(invocation),
      service: commandsOf(invocation),
      publisher: publisherOf(invocation),
      events: events.tableOf(invocation),
    }),
  });

  function redeliver(cause: string, batch: readonly unknown[]): Promise<void> {
    return run('redelivery', cause, async (invocation) => {
      const ports = portsOf(invocation);
      await createRedelivery(ports).redeliver(batch.map(parsePendingDelivery));
      ports.ledger.redelivered();
    });
  }

  function onDisconnect(connection_id: string): void {
    const cause = `disconnect ${connection_id}`;
    if (createDice(seed, `gateway ${cause}`).chance(weather.missedDisconnect)) return;
    const event = { requestContext: { connectionId: connection_id } };
    run('disconnect', cause, (invocation) =>
      // Of the event nothing else is read.
      serveDisconnect({ registry: registryOf(invocation), metrics: unmeasured })(event as never),
    ).catch(() => {});
  }

  /** Tokens that were issued before this second are refused. */
  let validFrom = 0;
  /** What has come to the service. */
  const traffic = {
    /** Each request as its method and path. */
    requests: [] as string[],
    /** The token of each socket that was asked for, whether it has arrived or not. */
    upgrades: [] as string[],
    /** How many requests and sockets were refused because of their token. */
    refusals: 0,
  };

  function isValid(token: string): boolean {
    const { iat, exp } = readToken(token);
    return iat >= validFrom && exp * 1_000 + clockToleranceMs > clock();
  }

  const verifier: TokenVerifier = {
    async verify(token) {
      if (!isValid(token)) {
        traffic.refusals += 1;
        throw new Unauthenticated('The token has expired.');
      }
      const { sub, exp } = readToken(token);
      return { user_id: sub, scopes: [], expires_at: exp * 1_000 };
    },
  };

  const http = createHttpApi({
    clock,
    journal,
    run,
    repositoryOf: database.repositoryOf,
    serviceOf,
    policy,
    isValid,
    find: database.model.find,
    buttons: database.buttons,
  });

  return {
    database,
    registry,
    gateway,
    deliveries,
    installation,
    traffic,
    send: http.send,
    async request(cause: string, call: HttpCall): Promise<HttpAnswer> {
      traffic.requests.push(`${call.method} ${new URL(call.url).pathname}`);
      const answer = await http.request(cause, call);
      if (answer.status === 401) traffic.refusals += 1;
      return { ...answer, headers: { ...answer.headers, date: new Date(clock()).toUTCString() } };
    },
    /** Changes an inbox without a request. */
    update: <Answer>(cause: string, change: (service: NotificationService) => Promise<Answer>) =>
      run('request', cause, (invocation) => change(serviceOf(invocation))),
    /** Refuses every token that was issued before this second. */
    revoke(): void {
      validFrom = Math.floor(clock() / 1_000);
    },
    /** @param protocols the subprotocols that the client offers; without them, the token is in the URL */
    connect(connection_id: string, token: string, peer: Peer, protocols?: readonly string[]): Promise<void> {
      return gateway.connect(connection_id, token, peer, (socket) =>
        run('connect', `connect ${connection_id}`, async (invocation) => {
          const ports = portsOf(invocation);
          const admission = createAdmission({ ...ports }, installation);
          const door = serveConnect(
            { verifier, admission, logger: invocation.logger },
            { allowedOrigins: [], ...installation },
          );
          if (weather.refusesSockets) return 403;
          const { statusCode = 500, headers = {} } = await door({
            requestContext: { connectionId: connection_id, connectedAt: socket.heardAt },
            ...(protocols
              ? { headers: { 'Sec-WebSocket-Protocol': protocols.join(', ') } }
              : { queryStringParameters: { token } }),
          } as never);
          ports.ledger.admitted();
          // A browser closes a socket whose answer names none of its subprotocols.
          const isTaken = !protocols || protocols.includes(String(headers['Sec-WebSocket-Protocol']));
          return isTaken ? statusCode : 400;
        }),
      );
    },
    /**
     * Gives a command.
     * @param sender who gives it; default: one that may create everything
     * @throws what the function throws, the refusal that it answers, or Crash
     */
    command: (cause: string, given: object, sender: Sender = 'service') =>
      run('create', cause, (invocation) => {
        const parts = { service: commandsOf(invocation, sender), policy: rules };
        return createProducerDoors(invocation, parts)(cause, sender, given);
      }),
    bus: events.bus,
    tick: clockwork.tick,
    setTickDown: clockwork.setDown,
    /** Moves a notification up, and pushes it. */
    moveUp: (cause: string, user_id: string, id: number) =>
      run('move up', cause, async (invocation) => {
        const { moved } = await database.moveUp(invocation, user_id, id);
        if (!moved) return;
        const frame = {
          type: 'notification.updated',
          ...moved.state,
          notification: moved.notification,
        } as const;
        await publisherOf(invocation).publish([{ user_id, frame }]);
      }),
    purge: (cause: string) =>
      run('retention', cause, (invocation) =>
        createRetention(
          {
            repository: database.repositoryOf(invocation),
            metrics: unmeasured,
            clock,
            logger: invocation.logger,
          },
          installation,
        ).run(() => 120_000),
      ),
  };
}
