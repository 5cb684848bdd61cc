import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Outputs } from '../command-line/outputs.ts';
import { signToken } from '../command-line/sign-token.ts';
import { closeServer, listen, readBody, splitTarget } from '../http-server.ts';
import { parseJson } from '../json.ts';
import { createCaller, type JsonAnswer } from './create-caller.ts';

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** All that is served from this folder. */
const files = [
  'page.html',
  'page.css',
  'page.js',
  'bell.js',
  'connection.js',
  'inbox.js',
  'log.js',
  'way.js',
];

/** As much as the HTTP API takes. */
const bodyLimitBytes = 64 * 1024;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Serves the demo page on 127.0.0.1, and what it cannot do by itself: `GET /session?user=<uuid>` answers
 * `{ httpApiUrl, webSocketUrl, token }` with a token for 15 minutes, and `POST /notifications` takes a create command
 * to the create function and answers as `createCaller` says. Both make anyone who may call them any user, so they
 * serve the page alone: the Host must be this machine's own name (a foreign one means that a name was rebound to
 * 127.0.0.1), and a request that a browser sends for another origin is refused.
 * @throws Error with the remedy where the port is taken; 0 takes a free one
 */
export async function startDemo({
  port,
  outputs,
}: {
  port: number;
  outputs: Omit<Outputs, 'DemoUrl'>;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const { HttpApiUrl, WebSocketUrl, JwtSecret } = outputs;
  const create = createCaller(outputs);
  const headers = pageHeaders([HttpApiUrl, WebSocketUrl]);

  async function answer(request: IncomingMessage): Promise<JsonAnswer> {
    const { path, query } = splitTarget(request.url);
    switch (`${request.method} ${path}`) {
      case 'GET /session': {
        const user = new URLSearchParams(query).get('user') ?? '';
        if (!uuid.test(user)) return refuse(400, 'The query parameter user must be a UUID.');
        const token = await signToken(JwtSecret, { user: user.toLowerCase() });
        return { status: 200, body: { httpApiUrl: HttpApiUrl, webSocketUrl: WebSocketUrl, token } };
      }
      case 'POST /notifications':
        return createFrom(request);
      default:
        return refuse(404, 'There is no such page here.');
    }
  }

  async function createFrom(request: IncomingMessage): Promise<JsonAnswer> {
    // A page of another origin cannot send this type without asking first, and is answered nothing when it asks.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return refuse(415, 'The content type must be application/json.');
    }
    const body = await readBody(request, bodyLimitBytes);
    if (!body) return refuse(413, `A create command may have ${bodyLimitBytes} bytes.`);
    const command = parseJson(body.toString());
    return command === undefined ? refuse(400, 'The body is not JSON.') : create(command);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request);
    const file = request.method === 'GET' ? fileAt(request.url) : undefined;
    if (file && !refusal) {
      const type = types[file.split('.')[1] ?? ''];
      response.writeHead(200, { ...headers, 'content-type': type });
      response.end(await readFile(join(import.meta.dirname, file)));
      return;
    }
    const { status, body } = refusal ?? (await answer(request));
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  const listeningOn = await listen(server, port);
  return { url: `http://localhost:${listeningOn}`, stop: () => closeServer(server) };
}

function fileAt(target: string | undefined): string | undefined {
  const { path } = splitTarget(target);
  return path === '/' ? 'page.html' : files.find((name) => path === `/${name}`);
}

function refuse(status: number, message: string): JsonAnswer {
  return { status, body: { code: 'refused', message } };
}

/** Why a request is not served at all, if so. */
function refusalOf({ headers, socket }: IncomingMessage): JsonAnswer | undefined {
  const host = headers.host ?? '';
  const own = ['localhost', '127.0.0.1'].map((name) => `${name}:${socket.localPort}`);
  if (!own.includes(host.toLowerCase())) {
    return refuse(
      403,
      `This page is served under http://${own[0]} only; the Host header names another address.`,
    );
  }
  const { origin, 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode } = headers;
  const isForeign = origin !== undefined && origin !== `http://${host}`;
  // A link from elsewhere may open the page, which shows nothing to the place that it was opened from.
  const isPageOrOwn = site === 'none' || site === 'same-origin' || mode === 'navigate';
  return isForeign || !isPageOrOwn ? refuse(403, 'Only the demo page itself is served here.') : undefined;
}

/**
 * The page may load its own files, talk to this server and the two APIs, and nothing else; what it receives cannot
 * become markup (https://www.w3.org/TR/trusted-types/), and no other page may frame it.
 */
function pageHeaders(apiUrls: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${apiUrls.map((url) => new URL(url).origin).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
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
