import type { Clock, ConnectionRegistry, Metrics } from '../../functions/core/ports.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import type { InMemoryRegistry } from '../fakes/in-memory-registry.ts';
import type { Gateway } from './gateway.ts';
import type { Invocation } from './invocation.ts';
import type { PendingDeliveries } from './pending-deliveries.ts';
import { Throttled, type Weather } from './weather.ts';

export const unmeasured: Metrics = { count() {}, record() {} };

/** Connects one run of a function with the connections' table, the sockets and the pending deliveries. */
export function createDeliveryPorts({
  clock,
  weather,
  registry,
  gateway,
  deliveries,
}: {
  clock: Clock;
  weather: Weather;
  registry: InMemoryRegistry;
  gateway: Gateway;
  deliveries: PendingDeliveries;
}) {
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
  function portsOf(invocation: Invocation) {
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

  return { registryOf, portsOf };
}
