import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { closeServer, listen } from '../../local/http-server.ts';
import { root } from '../support/cached-directory.ts';
import { signatureOf } from '../support/signature.ts';

const directory = join(root, 'bench/floor');

// The floor is the unit of measurement. A changed hash is a new unit: read bench/floor/README.md first.
const frozen = {
  'batch.ts': '502aab5ed756e66f',
  'create.ts': 'df8a7ea04a99daa8',
  'page.ts': '488abd2f3b129d51',
  'signed.ts': '640d2642cb786f15',
  'sockets.ts': '5a348fb4e62025ad',
};

it('the floor is as it was reviewed', () => {
  const files = readdirSync(directory).filter((name) => name.endsWith('.ts'));
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex');
  expect(Object.fromEntries(files.map((name) => [name, hashOf(name).slice(0, 16)]))).toEqual(frozen);
});

it('the floor signs its posts as AWS asks', async () => {
  const server = createServer(async (request, response) => {
    const secret = { service: 'execute-api', region: 'eu-west-1', secret: 'the secret' };
    const expected = signatureOf(request, await text(request), secret);
    const isSigned = request.headers.authorization?.endsWith(`Signature=${expected}`);
    response.writeHead(isSigned ? 200 : 403).end('an answer');
  });
  onTestFinished(() => closeServer(server));
  const port = await listen(server, 0);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'a token');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { signedPost } = await import('../../bench/floor/signed.ts');
  const post = (path: string) =>
    signedPost('execute-api', new URL(`http://127.0.0.1:${port}${path}`), {}, '{"ü":1}');
  expect(await post('/live/@connections/L0SM9c%3D')).toBe('an answer');
  expect(await post('/live/@connections/b')).toBe('an answer');
});
