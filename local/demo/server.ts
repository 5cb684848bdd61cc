import { randomUUID, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Outputs } from '../command-line/outputs.ts';
import { signToken } from '../command-line/sign-token.ts';
import { type DoorAnswer, localAccess, openDoors, UnknownDoor } from '../doors.ts';
import { createGuardedServer } from '../guarded-server.ts';
import { onlyHosts, type Refusal } from '../guards.ts';
import { closeServer, listen, readBody, splitTarget } from '../http-server.ts';
import { isRecord, parseJson } from '../json.ts';
import { pageKey } from '../page-key.ts';

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** The files that are served, and the directory in which `bin/build-demo.ts` puts them. */
const files = ['page.html', 'page.css', 'page.js'];
const built = join(import.meta.dirname, '../../dist/demo');

/** The limit of the HTTP API. */
const bodyLimitBytes = 64 * 1024;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Serves the demo page on 127.0.0.1, with two calls for it. `GET /session?user=<uuid>` answers
 * `{ httpApiUrl, webSocketUrl, token }` with a token for 15 minutes. `POST /notifications?door=<name>` sends a create
 * command through this door, and answers as `openDoors` does, or 502 if the door does not answer.
 *
 * With these calls, a caller can be any user. So they need the key of the page in the header `x-demo-key`, and other users
 * of this machine do not have it. It is in the fragment of the returned URL, which a browser never sends. A request that
 * a browser sends for another origin is refused.
 * @param port 0 takes a free one
 * @param allowedHosts names of this machine beside `localhost`
 * @param directory the output of `bin/build-demo.ts`. Default: where it writes
 * @throws Error if the port is in use
 */
export async function startDemo({
  port,
  outputs,
  allowedHosts = [],
  directory = built,
}: {
  port: number;
  allowedHosts?: readonly string[];
  directory?: string;
  outputs: Omit<Outputs, 'DemoUrl'>;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const { HttpApiUrl, WebSocketUrl, JwtSecret } = outputs;
  const key = pageKey(JwtSecret, 'demo');
  const findDoor = openDoors(outputs, localAccess(outputs));
  // One nonce for the life of the server is enough, because it protects only styles.
  const nonce = randomUUID();
  const headers = pageHeaders(nonce, [HttpApiUrl, WebSocketUrl]);

  async function answer(request: IncomingMessage): Promise<DoorAnswer> {
    const { path, query } = splitTarget(request.url);
    if (!isKey(request.headers['x-demo-key'], key)) return refuse(401, noKey);
    switch (`${request.method} ${path}`) {
      case 'GET /session': {
        const user = new URLSearchParams(query).get('user') ?? '';
        if (!uuid.test(user)) return refuse(400, 'The query parameter user must be a UUID.');
        const token = await signToken(JwtSecret, { user: user.toLowerCase() });
        return { status: 200, body: { httpApiUrl: HttpApiUrl, webSocketUrl: WebSocketUrl, token } };
      }
      case 'POST /notifications':
        return createFrom(request, new URLSearchParams(query).get('door') ?? 'invoke').catch(unknownDoor);
      default:
        return refuse(404, 'There is no such page.');
    }
  }

  async function createFrom(request: IncomingMessage, door: string): Promise<DoorAnswer> {
    // A page of another origin cannot send this type without a preflight, and this server answers none.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return refuse(415, 'The content type must be application/json.');
    }
    const send = findDoor(door);
    const body = await readBody(request, bodyLimitBytes);
    if (!body) return refuse(413, `A create command can have up to ${bodyLimitBytes} bytes.`);
    const command = parseJson(body.toString());
    if (command === undefined) return refuse(400, 'The body is not JSON.');
    const sender = isRecord(command) ? String(command.user_id) : '';
    return send(command, sender).catch((error: unknown) => notOpened(door, error));
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = request.method === 'GET' ? fileAt(request.url) : undefined;
    if (file) {
      const type = types[file.split('.')[1] ?? ''];
      response.writeHead(200, { ...headers, 'content-type': type });
      const content = await readFile(join(directory, file), 'utf8');
      response.end(content.replaceAll('{{nonce}}', nonce));
      return;
    }
    const { status, body } = await answer(request);
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  };
  const guards = [onlyHosts(allowedHosts), onlyThisPage];
  const server = createGuardedServer({ requests: { guards, listener } });
  const listeningOn = await listen(server, port);
  return { url: `http://localhost:${listeningOn}/#key=${key}`, stop: () => closeServer(server) };
}

function fileAt(target: string | undefined): string | undefined {
  const { path } = splitTarget(target);
  return path === '/' ? 'page.html' : files.find((name) => path === `/${name}`);
}

function unknownDoor(error: unknown): DoorAnswer {
  if (error instanceof UnknownDoor) return refuse(400, error.message);
  throw error;
}

function notOpened(door: string, error: unknown): DoorAnswer {
  const message = `The door ${door} did not answer: ${error}. Look for the reason in the output of npm start.`;
  return { status: 502, body: { code: 'not_opened', message } };
}

function refuse(status: number, message: string): DoorAnswer {
  return { status, body: { code: 'refused', message } };
}

const noKey = 'The key of the demo page is missing or wrong. Open the address that npm start prints.';

function isKey(given: string | string[] | undefined, key: string): boolean {
  const bytes = Buffer.from(String(given));
  return bytes.length === key.length && timingSafeEqual(bytes, Buffer.from(key));
}

/** Refuses what a browser sends for another origin. */
function onlyThisPage({ headers }: IncomingMessage): Refusal | undefined {
  const { host, origin, 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode } = headers;
  const isForeign = origin !== undefined && origin !== `http://${host}`;
  // A link on another page may open this page. The other page learns nothing from it.
  const isPageOrOwn = site === 'none' || site === 'same-origin' || mode === 'navigate';
  return isForeign || !isPageOrOwn
    ? { status: 403, message: 'Only the demo page itself is served here.' }
    : undefined;
}

/**
 * The headers of the page. It can load its own files and the style of the bell, and call this server and the two APIs. It
 * can do nothing else: data cannot become markup (https://www.w3.org/TR/trusted-types/), and no page can frame it.
 */
function pageHeaders(nonce: string, apiUrls: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    'img-src data:',
    `connect-src 'self' ${apiUrls.map((url) => new URL(url).origin).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
}
