import 'server-only';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedPage } from 'belfry';
import { createProducer, type Producer } from 'belfry/producer';
import { SignJWT } from 'jose';
import { connection } from 'next/server';
import type { Person } from './people.ts';

/** Where the service is: from the environment, as in production, or what a running `npm start` has written down. */
export async function service() {
  // Not while the app is built.
  await connection();
  const { BELFRY_API_URL, BELFRY_WEB_SOCKET_URL, BELFRY_JWT_SECRET } = process.env;
  if (BELFRY_API_URL && BELFRY_WEB_SOCKET_URL && BELFRY_JWT_SECRET) {
    return { apiUrl: BELFRY_API_URL, webSocketUrl: BELFRY_WEB_SOCKET_URL, secret: BELFRY_JWT_SECRET };
  }
  const file = join(process.cwd(), '../../.local/outputs.json');
  const { HttpApiUrl, WebSocketUrl, JwtSecret } = JSON.parse(readFileSync(file, 'utf8'));
  return { apiUrl: String(HttpApiUrl), webSocketUrl: String(WebSocketUrl), secret: String(JwtSecret) };
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

/** The first page of a person's inbox, for the first paint; undefined where the service does not answer. */
export async function readInbox(person: Person): Promise<FeedPage | undefined> {
  const { apiUrl } = await service();
  const authorization = `Bearer ${await mintToken(person)}`;
  try {
    const response = await fetch(`${apiUrl}/notifications`, {
      headers: { authorization },
      cache: 'no-store',
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Sends in the name of a person, by the HTTP door. */
export async function producerOf(sender: Person): Promise<Producer> {
  const { apiUrl } = await service();
  return createProducer({ apiUrl, getToken: () => mintToken(sender, 'notifications:create') });
}
