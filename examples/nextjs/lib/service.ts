import 'server-only';
import { join } from 'node:path';
import type { FeedPage } from 'belfry';
import { createProducer } from 'belfry/producer';
import { SignJWT } from 'jose';
import { connection } from 'next/server';
import { catalogue } from './catalogue.ts';
import type { FrontendName, Person } from './people.ts';
import { type Places, placesFrom } from './places.ts';

/** The first paint does not wait longer for the inbox; the bell loads it then. */
const firstPageWithinMs = 2_000;

/** Where the service is: from the environment, as in production, or what a running `npm start` has written down. */
export async function service(): Promise<Places> {
  // Not while the app is built.
  await connection();
  return placesFrom(process.env, join(process.cwd(), '../../.local/outputs.json'));
}

/** A token for the service, good for five minutes: the browser asks for the next one in time. */
export async function mintToken({ id }: Person, scope?: string): Promise<string> {
  const { secret } = await service();
  return new SignJWT(scope ? { scope } : {})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(secret));
}

/** The first page of what a frontend shows of a person's inbox, for the first paint; undefined if the service is not quick. */
export async function readInbox(person: Person, scope: FrontendName): Promise<FeedPage | undefined> {
  const { apiUrl } = await service();
  const authorization = `Bearer ${await mintToken(person)}`;
  try {
    const response = await fetch(`${apiUrl}/notifications?scope=${scope}`, {
      headers: { authorization },
      cache: 'no-store',
      signal: AbortSignal.timeout(firstPageWithinMs),
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Sends in the name of a person, by the HTTP door. It has a method for each type of the catalogue. */
export async function producerOf(sender: Person) {
  const { apiUrl } = await service();
  return createProducer({ apiUrl, getToken: () => mintToken(sender, 'notifications:create'), catalogue });
}
