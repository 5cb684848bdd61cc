import { setInterval } from 'node:timers/promises';
import { command, type Installation } from './installation.ts';

/** A create that a producer asks for, and asks for again until it is acknowledged. */
export interface Create {
  door: 'direct' | 'http';
  user: string;
  /** Its idempotency key, and its title. */
  key: string;
}

/** What became of one try: the notification's id where it was acknowledged, else how it was refused. */
export type Try = { create: Create; id: number } | { create: Create; refusal: string };

/** Whether the service has said that it is away for now, as the contract words it at each door. */
export const isUnavailable = (one: Try): boolean =>
  'refusal' in one && ['Unavailable', '503 unavailable, retry later'].includes(one.refusal);

/** So many creates for these users, through both doors in turn. */
export function createsFor(users: readonly string[], count: number, name: string): Create[] {
  return Array.from({ length: count }, (_, index) => ({
    door: index % 2 === 0 ? 'direct' : 'http',
    // Not by the same step as the doors, so that each user gets some by either.
    user: users[Math.floor(index / 2) % users.length] ?? '',
    key: `${name} ${index + 1}`,
  }));
}

/** Asks for one create once; rejects where nobody answers. */
export async function tryOnce(belfry: Installation, create: Create): Promise<Try> {
  const body = command(create.user, { title: create.key, idempotency_key: create.key });
  if (create.door === 'direct') {
    const { created, error } = await belfry.invoke(body);
    return error ? { create, refusal: error.errorType } : { create, id: created.notification.id };
  }
  const producer = belfry.as(create.user, { scope: 'notifications:create' });
  const { status, headers, body: answer } = await producer.post<Answer>('/notifications', body);
  if (status === 200 || status === 201) return { create, id: answer.notification.id };
  const later = /^[1-9]\d*$/.test(headers.get('retry-after') ?? '') ? ', retry later' : '';
  return { create, refusal: `${status} ${answer.code}${later}` };
}

interface Answer {
  notification: { id: number };
  code: string;
}

/** Asks again and again, until the create is acknowledged. */
export async function tryUntilAcknowledged(belfry: Installation, create: Create): Promise<Try> {
  for (;;) {
    const last = await tryOnce(belfry, create).catch(() => undefined);
    if (last && 'id' in last) return last;
  }
}

/** Asks for 200 creates a second, whatever becomes of those before; resolves when the last one has been asked for. */
export async function ask<Result>(
  creates: readonly Create[],
  tryIt: (create: Create) => Promise<Result>,
): Promise<Promise<Result>[]> {
  const tries: Promise<Result>[] = [];
  for await (const _ of setInterval(20)) {
    tries.push(...creates.slice(tries.length, tries.length + 4).map(tryIt));
    if (tries.length === creates.length) return tries;
  }
  return tries;
}
