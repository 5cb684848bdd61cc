import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../local/database/postgres-data-directory.ts';
import { installation } from '../support/installation.ts';

// What a page of another site and another user of this machine reach of a running system.

const belfry = installation();
const { AwsEndpointUrl, CreateFunctionName, HttpApiUrl, WebSocketUrl } = belfry.outputs;
const socketUrl = WebSocketUrl.replace(/^ws:/, 'http:');
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/lambda/aws4_request' };
const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

interface Asked {
  url: string;
  method?: string;
  headers?: Record<string, string>;
}

/** What AWS SDKs call. These servers accept any credentials. */
const forSdks: Record<string, Asked> = {
  'the AWS endpoint': {
    url: `${AwsEndpointUrl}/2015-03-31/functions/${CreateFunctionName}/invocations`,
    method: 'POST',
    headers: signed,
  },
  '@connections': { url: `${socketUrl}/@connections/none`, headers: signed },
};

const servers: Record<string, Asked> = {
  ...forSdks,
  'the HTTP API': { url: `${HttpApiUrl}/notifications` },
  'the WebSocket API': { url: socketUrl, headers: handshake },
};

/** As `fetch`, but with any header, and with upgrades. A socket that opens is closed again. */
async function ask({ url, method = 'GET', headers = {} }: Asked, more: Record<string, string> = {}) {
  const sent = request(url, { method, headers: { ...headers, ...more } });
  const answered = Promise.race([once(sent, 'response'), once(sent, 'upgrade')]);
  sent.end();
  const [response]: IncomingMessage[] = await answered;
  const { statusCode, socket } = response ?? {};
  const body = statusCode === 101 || !response ? '' : await text(response);
  if (statusCode === 101) socket?.destroy();
  return { status: statusCode, body };
}

describe.each(Object.entries(servers))('%s', (_, asked) => {
  const { port } = new URL(asked.url);

  it.each([
    `attacker.example:${port}`,
    'attacker.example',
    `localhost.attacker.example:${port}`,
    `127.0.0.1.attacker.example:${port}`,
    `notlocalhost:${port}`,
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
  ])('does not serve a page that reaches it as %s, and says what to do', async (host) => {
    const { status, body } = await ask(asked, { host });
    expect(status).toBe(421);
    expect(JSON.parse(body).message).toContain('--allow-host');
    expect(JSON.parse(body).message).toContain(host);
  });

  it.each([
    `localhost:${port}`,
    'localhost',
    `LOCALHOST:${port}`,
    `belfry.localhost:${port}`,
    '127.0.0.1',
    '[::1]:1',
  ])('answers under the name %s of this machine', async (host) => {
    expect((await ask(asked, { host })).status).not.toBe(421);
  });
});

describe.each(Object.entries(forSdks))('%s', (_, asked) => {
  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://attacker.example' }],
    ['an origin of this machine', { origin: 'http://localhost:3000' }],
    ['a sandbox', { origin: 'null' }],
    ['a browser that sends no origin', { 'sec-fetch-site': 'cross-site' }],
  ])('does nothing for a page of %s', async (_, headers) => {
    const { status, body } = await ask(asked, headers);
    expect(status).toBe(403);
    expect(JSON.parse(body).message).toContain('Call it from a backend');
  });

  // Only root can become another user.
  it.runIf(process.getuid?.() === 0)('does nothing for another user of this machine', async () => {
    const script = `fetch(${JSON.stringify(asked.url)}, ${JSON.stringify({ method: asked.method, headers: asked.headers })})
      .then(async (response) => console.log(response.status, await response.text()))`;
    const [command, options] = commandLine({ uid: 65_534, gid: 65_534 }, process.execPath, ['-e', script]);
    const { stdout } = await promisify(execFile)(command, options);
    expect(stdout).toMatch(/^403 .*runs as user 65534.*--any-user/);
  });
});
