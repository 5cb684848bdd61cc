import { randomUUID } from 'node:crypto';
import type { Connection } from '../../functions/core/ports.ts';
import type { Services } from '../stage/services.ts';

/** So many that no user gets more than 20 notifications in a second, after which frames become shorter. */
const userCount = 500;
const hourMs = 60 * 60_000;

/** New users with so many sockets each. */
export async function usersWith(services: Services, sockets: number): Promise<string[]> {
  const users = Array.from({ length: userCount }, () => randomUUID());
  await services.register(connectionsFor(users, sockets));
  return users;
}

/** So many new connections for each user. */
export function connectionsFor(users: readonly string[], sockets: number): Connection[] {
  const connected_at = Date.now();
  const expires_at = connected_at + hourMs;
  const newConnection = (user_id: string) => ({
    user_id,
    connection_id: randomUUID(),
    connected_at,
    expires_at,
  });
  return users.flatMap((user_id) => Array.from({ length: sockets }, () => newConnection(user_id)));
}

/** What a command says, apart from who gets it. */
export const content = (number: number) => ({
  title: `Booking confirmed ${number}`,
  body: 'Your booking for tomorrow at noon is confirmed. We look forward to your visit.',
  metadata: { type: 'booking.confirmed', route: `/bookings/${number}` },
  idempotency_key: randomUUID(),
});

/** Makes commands for these users in turn. */
export function commandsFor(users: readonly string[]): () => object {
  let made = 0;
  return () => {
    made += 1;
    return { user_id: users[made % users.length], ...content(made) };
  };
}
