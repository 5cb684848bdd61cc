import pLimit from 'p-limit';
import { command, type Installation } from './installation.ts';

/** A create that a producer asks for through one of the doors. */
export interface Create {
  door: Door;
  user: string;
  /** Its title; for the doors that answer also its idempotency key, where the others have one of their own. */
  title: string;
}

/** How many creates `ask` has in flight. */
const mostInFlight = 16;

export type Door = 'direct' | 'http' | 'event' | 'message';

/** What became of one try: acknowledged, with the notification's id where the door tells it, or refused in these words. */
export type Try = { create: Create; id: number | undefined } | { create: Create; refusal: string };

/** Whether the service has said that it is away for now, as the contract words it at each door. */
export const isUnavailable = (one: Try): boolean =>
  'refusal' in one && ['Unavailable', '503 unavailable, retry later'].includes(one.refusal);

/** So many creates for these users, through the doors in turn. */
export function createsFor(users: readonly string[], doors: readonly Door[], count: number): Create[] {
  return Array.from({ length: count }, (_, index) => ({
    door: doors[index % doors.length] ?? 'direct',
    // In turn for each door, so that each user gets some by all of them.
    user: users[Math.floor(index / doors.length) % users.length] ?? '',
    title: `Create ${index + 1}`,
  }));
}

/** Sends a create once. Rejects if there is no answer. */
export async function tryOnce(belfry: Installation, create: Create): Promise<Try> {
  const { user, title } = create;
  switch (create.door) {
    case 'direct': {
      const { created, error } = await belfry.invoke(command(user, { title, idempotency_key: title }));
      return error ? { create, refusal: error.errorType } : { create, id: created.notification.id };
    }
    case 'http':
      return tryOverHttp(belfry, create);
    case 'event':
      await belfry.putEvent(command(user, { title }));
      return { create, id: undefined };
    case 'message':
      await belfry.sendMessage(JSON.stringify(command(user, { title })));
      return { create, id: undefined };
  }
}

async function tryOverHttp(belfry: Installation, create: Create): Promise<Try> {
  const { user, title } = create;
  const producer = belfry.as(user, { scope: 'notifications:create' });
  const { status, headers, body } = await producer.post<{ notification: { id: number }; code: string }>(
    '/notifications',
    command(user, { title, idempotency_key: title }),
  );
  if (status === 200 || status === 201) return { create, id: body.notification.id };
  const later = /^[1-9]\d*$/.test(headers.get('retry-after') ?? '') ? ', retry later' : '';
  return { create, refusal: `${status} ${body.code}${later}` };
}

/** Asks again and again, until the create is acknowledged. */
export async function tryUntilAcknowledged(belfry: Installation, create: Create): Promise<Try> {
  for (;;) {
    const last = await tryOnce(belfry, create).catch(() => undefined);
    if (last && 'id' in last) return last;
  }
}

/**
 * Asks for creates in their order, as fast as the system answers. A fixed rate would be more than a slow machine serves, and
 * the last of them would wait longer than the gateway does. Those in flight are fewer than the connections of a role.
 */
export function ask<Result>(
  creates: readonly Create[],
  tryIt: (create: Create) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(mostInFlight);
  return Promise.all(creates.map((create) => limit(tryIt, create)));
}
