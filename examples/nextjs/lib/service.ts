import 'server-only';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedPage } from 'belfry';
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
  try {
    const response = await request('/notifications?limit=20', await mintToken(person));
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Creates a notification by the HTTP door, in the name of `sender`. Answers what is wrong, if anything. */
export async function notify(sender: Person, command: object): Promise<string | undefined> {
  const token = await mintToken(sender, 'notifications:create');
  const response = await request('/notifications', token, command);
  if (response.ok) return undefined;
  const { errors = [], detail } = await response.json();
  const found = errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`);
  return found.join('; ') || detail;
}

async function request(path: string, token: string, body?: object): Promise<Response> {
  const { apiUrl } = await service();
  return fetch(`${apiUrl}${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    cache: 'no-store',
  });
}
