import { createAdmission } from '../../functions/core/admission.ts';
import { parseCreateCommand } from '../../functions/core/create-command.ts';
import { Unauthenticated } from '../../functions/core/errors.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import { parsePendingDelivery } from '../../functions/core/pending-delivery.ts';
import type { ConnectionRegistry, Metrics, TokenVerifier } from '../../functions/core/ports.ts';
import { createRetention } from '../../functions/core/retention.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import { createDelivery } from '../../functions/realtime/delivery.ts';
import { createQueuedDelivery } from '../../functions/realtime/queued-delivery.ts';
import { createRedelivery } from '../../functions/realtime/redelivery.ts';
import { serveConnect, serveDisconnect } from '../../functions/transport/socket-doors.ts';
import { readToken } from '../client/support/tokens.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createDatabase } from './database.ts';
import { createDice } from './dice.ts';
import { type Door, witness } from './failures.ts';
import { createGateway, type Peer } from './gateway.ts';
import { createHttpApi } from './http-api.ts';
import { type Invocation, invoke } from './invocation.ts';
import type { Journal, Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import { createPendingDeliveries } from './pending-deliveries.ts';
import { Throttled, type Weather } from './weather.ts';

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

const unmeasured: Metrics = { count() {}, record() {} };
const clockToleranceMs = 5_000;

export type Cloud = ReturnType<typeof createCloud>;

/**
 * The service: the real use cases, routes, doors and delivery, each run of a function by itself, on models of the database,
 * the connections' table, the pending deliveries' table with its stream, and API Gateway.
 */
export function createCloud({
  seed,
  loop,
  weather,
  journal,
  installation,
  tokenLifeMs,
  trace,
}: {
  seed: number;
  loop: Loop;
  weather: Weather;
  journal: Journal;
  installation: Installation;
  tokenLifeMs: number;
  trace: Trace;
}) {
  const clock = loop.now;
  const database = createDatabase({ loop, weather, journal, mostChanges: installation.mostChanges });
  const registry = createInMemoryRegistry(clock);
  const deliveries = createPendingDeliveries({ loop, journal, trace, redeliver });
  const gateway = createGateway({
    loop,
    weather,
    journal,
    trace,
    minimumLifetimeMs: installation.minimumLifetimeMs,
    onDisconnect,
  });

  /** Runs a function; `cause` names it, and with it its luck. */
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

  function registryOf({ step, dice }: Invocation, onLookUpFailed = () => {}): ConnectionRegistry {
    function ask<Answer>(name: string, call: () => Promise<Answer>, slow?: 'there'): Promise<Answer> {
      const isThrottled = dice.chance(weather.throttle);
      return step(
        name,
        async () => {
          if (isThrottled) throw new Throttled();
          return call();
        },
        slow,
      );
    }
    return {
      add(connection) {
        const socket = gateway.sockets.get(connection.connection_id);
        if (socket) socket.connection = connection;
        return ask('register', () => registry.add(connection));
      },
      remove: (connection_id) => ask('unregister', () => registry.remove(connection_id)),
      forget: (user_id, connection_id) => ask('forget', () => registry.forget(user_id, connection_id)),
      // The adapter looks at the clock when it has the answer.
      find: (user_id) =>
        ask('look up', () => registry.find(user_id), 'there').catch((error) => {
          onLookUpFailed();
          throw error;
        }),
      count: registry.count,
    };
  }

  /** The parts of a delivery, for one run of a function. */
  function deliveryOf(invocation: Invocation) {
    const { step, dice, logger } = invocation;
    const ledger = deliveries.ledgerOf(invocation, weather);
    const ports = {
      registry: registryOf(invocation, ledger.lookUpFailed),
      gateway: {
        post: (connection_id: string, text: string) =>
          step(
            'post',
            async () => {
              const outcome = await gateway.post(connection_id, text, dice);
              ledger.posted(text, outcome);
              return outcome;
            },
            'back',
          ),
        close: (connection_id: string) => step('close', () => gateway.close(connection_id, dice)),
      },
      queue: ledger.queue,
      metrics: unmeasured,
      clock,
      logger,
    };
    return { ...ports, closer: createConnectionCloser(ports), deadLetters: ledger.deadLetters, ledger };
  }

  function serviceOf(invocation: Invocation) {
    const { ledger, ...ports } = deliveryOf(invocation);
    const { isIsolated } = installation;
    const delivery = isIsolated ? createQueuedDelivery(ports) : createDelivery(ports);
    return createNotificationService({
      repository: database.repositoryOf(invocation),
      publisher: {
        async publish(pushes) {
          const report = await delivery.publish(pushes);
          if (isIsolated) ledger.queued(report, pushes.length);
          else ledger.published(report, pushes.length);
          return report;
        },
      },
      metrics: unmeasured,
      clock,
    });
  }

  function redeliver(cause: string, batch: readonly unknown[]): Promise<void> {
    return run('redelivery', cause, async (invocation) => {
      const ports = deliveryOf(invocation);
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

  /** Tokens that end until then are refused. */
  let revokedUntil = 0;

  function isValid(token: string): boolean {
    const expiresAt = readToken(token).exp * 1_000;
    return expiresAt > revokedUntil && expiresAt + clockToleranceMs > clock();
  }

  const verifier: TokenVerifier = {
    async verify(token) {
      if (!isValid(token)) throw new Unauthenticated('The token has expired.');
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
    isValid,
    find: database.model.find,
  });

  return {
    database,
    registry,
    gateway,
    deliveries,
    tokenLifeMs,
    connectionLimit: installation.connectionLimit,
    ...http,
    revoke(): void {
      revokedUntil = clock() + tokenLifeMs;
    },
    connect(connection_id: string, token: string, peer: Peer): Promise<void> {
      return gateway.connect(connection_id, token, peer, (socket) =>
        run('connect', `connect ${connection_id}`, async (invocation) => {
          const ports = deliveryOf(invocation);
          const admission = createAdmission({ ...ports }, installation);
          const door = serveConnect(
            { verifier, admission, logger: invocation.logger },
            { allowedOrigins: [], ...installation },
          );
          const { statusCode = 500 } = await door({
            requestContext: { connectionId: connection_id, connectedAt: socket.heardAt },
            queryStringParameters: { token },
          } as never);
          ports.ledger.admitted();
          return statusCode;
        }),
      );
    },
    /** The direct door. @throws what the function throws, or Crash */
    create: (cause: string, command: object) =>
      run('create', cause, (invocation) =>
        serviceOf(invocation).create(parseCreateCommand(command, null), 'invoke'),
      ),
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
