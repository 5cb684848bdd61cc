import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { closeServer, listen } from '../../../local/http-server.ts';

// What a service, a function or a caller puts into a text never reaches the terminal of a command raw.

const root = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'belfry-terminal-'));
afterAll(() => rmSync(directory, { recursive: true }));

const user = '0b5e55ed-0000-4000-8000-000000000001';
const hostile =
  '\u001b[31mred\u001b]8;;https://x\u0007link\u001b]52;c;eA==\u0007\u009b2J\r\u202eabc\u2066\u0085\u0008\u007f';

/** Everything that a command has printed on both of its streams, and the status with which it ended. */
function run(file: string, args: readonly string[], outputs: Record<string, string> = {}) {
  const outputsFile = join(directory, `${randomUUID()}.json`);
  writeFileSync(
    outputsFile,
    JSON.stringify({ JwtSecret: 'a secret of more than thirty-two bytes', ...outputs }),
  );
  const env = {
    ...process.env,
    NO_COLOR: '1',
    BELFRY_OUTPUTS: outputsFile,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...(outputs.AwsEndpointUrl && { AWS_ENDPOINT_URL: outputs.AwsEndpointUrl }),
  };
  return new Promise<{ printed: string; status: unknown }>((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ printed: stdout + stderr, status: error?.code ?? 0 }),
    );
  });
}

/** Line breaks are those of the command. Everything else that a terminal obeys is missing. */
function expectHarmless(printed: string): void {
  expect(printed.match(/[[\p{Cc}\p{Cf}\p{Cs}]--\n]/gv) ?? []).toEqual([]);
  expect(printed).toContain('\\u001b[31mred');
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => closeServer(server));
  return `http://127.0.0.1:${await listen(server, 0)}`;
}

/** Stands for a service that sends these frames to whoever opens a socket, and then closes it. */
async function serveFrames(...frames: string[]): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    for (const frame of frames) socket.send(frame);
    socket.close(4000, hostile.slice(0, 40));
  });
  onTestFinished(() => closeServer(server));
  return `ws://127.0.0.1:${await listen(server, 0)}/live`;
}

const notification = { id: 1, status: hostile, title: hostile, body: `${hostile}\n${hostile}` };
const frame = { type: hostile, version: 1, unread_count: 1, notification };

describe('npm run listen', () => {
  it.each([
    ['a frame', [], JSON.stringify(frame)],
    ['a frame as JSON', ['--raw'], JSON.stringify(frame)],
    ['a frame that is no JSON', [], `no JSON ${hostile}`],
    ['a frame of another form', [], JSON.stringify({ type: { hostile }, notification: hostile })],
  ])('shows %s without obeying it', async (_, options, sent) => {
    const WebSocketUrl = await serveFrames(sent);
    const { printed } = await run('local/command-line/listen.ts', ['--user', user, ...options], {
      WebSocketUrl,
    });
    expectHarmless(printed);
  });

  it('shows a user that is none', async () => {
    expectHarmless((await run('local/command-line/listen.ts', ['--user', hostile])).printed);
  });
});

describe('npm run send', () => {
  const send = (outputs: Record<string, string>, ...options: string[]) =>
    run('local/command-line/send.ts', ['--user', user, ...options], {
      CreateFunctionName: 'create',
      ...outputs,
    });

  it('shows an answer', async () => {
    const AwsEndpointUrl = await serve((_, response) => response.end(JSON.stringify({ notification })));
    const { printed, status } = await send({ AwsEndpointUrl });
    expectHarmless(printed);
    expect({ status, answer: JSON.parse(printed) }).toEqual({ status: 0, answer: { notification } });
  });

  it('shows the reason for a refusal', async () => {
    const AwsEndpointUrl = await serve((_, response) => {
      response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(JSON.stringify({ errorType: 'ValidationError', errorMessage: hostile }));
    });
    const { printed, status } = await send({ AwsEndpointUrl });
    expectHarmless(printed);
    expect(status).toBe(1);
  });

  it('shows an error of the HTTP API', async () => {
    const HttpApiUrl = await serve((_, response) => {
      response.writeHead(409).end(JSON.stringify({ code: hostile, detail: hostile }));
    });
    expectHarmless((await send({ HttpApiUrl }, '--door', 'http')).printed);
  });

  it('shows a door that is none', async () => {
    expectHarmless((await send({}, '--door', hostile)).printed);
  });
});

describe('npm run redrive', () => {
  it('shows what the queue and the function say', async () => {
    const letters = [
      {
        MessageId: hostile,
        ReceiptHandle: 'r',
        Body: '{}',
        // The SDK compares it.
        MD5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
      },
    ];
    const AwsEndpointUrl = await serve((request, response) => {
      if (request.headers['x-amz-target'] === undefined) {
        response.setHeader('x-amz-function-error', 'Unhandled');
        response.end(JSON.stringify({ errorType: hostile, errorMessage: hostile }));
      } else {
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        response.end(JSON.stringify({ Messages: letters.splice(0) }));
      }
    });
    const options = ['--from', `${AwsEndpointUrl}/queue`, '--function', 'create'];
    expectHarmless((await run('bin/redrive.ts', options, { AwsEndpointUrl })).printed);
  });

  it('shows an error of AWS', async () => {
    const AwsEndpointUrl = await serve((_, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'AccessDenied', message: hostile }));
    });
    const options = ['--from', `${AwsEndpointUrl}/queue`, '--function', 'create'];
    expectHarmless((await run('bin/redrive.ts', options, { AwsEndpointUrl })).printed);
  });
});

describe('A command', () => {
  it.each([
    ['token', 'local/command-line/token.ts', ['--user', hostile]],
    ['start', 'local/command-line/start.ts', ['--port', hostile]],
    ['start', 'local/command-line/start.ts', [`--${hostile}`]],
    ['redrive', 'bin/redrive.ts', [`--${hostile}`]],
    ['smoke', 'bin/smoke.ts', [`--${hostile}`]],
    ['smoke', 'bin/smoke.ts', ['--outputs', hostile]],
    ['simulate', 'test/simulation/simulate.ts', ['--mutant', hostile]],
    ['simulate', 'test/simulation/simulate.ts', ['--seed', hostile]],
    ['hostile', 'test/hostile/hostile.ts', ['--seed', hostile]],
    ['hostile', 'test/hostile/hostile.ts', [`--${hostile}`]],
    ['deploy:emulator', 'local/emulator/deploy.ts', [`--${hostile}`]],
  ])('shows an option that it refuses: npm run %s', async (_, file, options) => {
    const { printed, status } = await run(file, options);
    expectHarmless(printed.replaceAll('\t', ' '));
    expect(status).not.toBe(0);
  });
});

describe('npm run smoke', () => {
  it('shows an answer of the HTTP API', async () => {
    const HttpApiUrl = await serve(({ headers }, response) => {
      response.writeHead(headers.authorization ? 500 : 401);
      response.end(JSON.stringify({ code: hostile, detail: hostile }));
    });
    const file = join(directory, `${randomUUID()}.json`);
    const outputs = { HttpApiUrl, WebSocketUrl: 'ws://127.0.0.1/live', CreateFunctionName: 'create' };
    writeFileSync(file, JSON.stringify({ [hostile]: outputs }));
    const { printed, status } = await run('bin/smoke.ts', ['--outputs', file, '--token', 'x']);
    expectHarmless(printed);
    expect(status).toBe(1);
  });
});
