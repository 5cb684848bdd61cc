import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { findDenials, refuseDenials } from '../support/denials.ts';
import { installation, newUser } from '../support/installation.ts';
import { keepLog } from '../support/kept-log.ts';
import { findLeaks, refuseLeaks } from '../support/leaks.ts';
import { patience } from '../support/patience.ts';

// The logs of the whole run are looked through when it is over: support/watch-logs.ts. Here is shown that it would find something.

const belfry = installation();
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-planted-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** What is found in a run whose systems have said these lines, and that has these secrets. */
async function leaksIn(lines: string[], secrets: string[] = []) {
  const run = await mkdtemp(join(directory, 'run-'));
  const log = keepLog(run);
  log.report({ source: 'lambda', message: 'connect: {"level":"INFO","message":"sound"}' });
  for (const message of lines) log.report({ source: 'lambda', message });
  // By another process, as where a test makes a token for a system that runs in the one of vitest.
  keepLog(run).secret(...secrets);
  return findLeaks(run);
}

describe('What must not be in a log is found', () => {
  it('where it is a token, and the refusal quotes no part of it', async () => {
    const token = await belfry.token(newUser());
    const [leak, ...others] = await leaksIn([`connect: {"url":"/live?x=${token}"}`]);
    expect(others).toEqual([]);
    expect(leak).toMatchObject({ kind: 'a token', place: expect.stringMatching(/\.lines:2$/) });
    for (const part of token.split('.')) expect(leak?.line).not.toContain(part);
  });

  it.each([
    ['its claims', 1],
    ['its signature', 2],
  ])('where it is a part of a token: %s', async (_, part) => {
    const token = await belfry.token(newUser());
    const piece = token.split('.')[part] ?? '';
    const leaks = await leaksIn([`{"seen":"${piece}"}`], [token]);
    expect(leaks).toMatchObject([{ kind: 'a part of a token', line: 'lambda {"seen":"…"}' }]);
  });

  it.each([
    ['a password', 'p/w+"d=='],
    ['a secret', belfry.outputs.JwtSecret],
  ])('where it is %s of a system, as it is, in an address and in JSON', async (_, secret) => {
    const lines = [secret, encodeURIComponent(secret), JSON.stringify({ secret })];
    const leaks = await leaksIn(
      lines.map((text) => `x ${text} y`),
      [secret],
    );
    expect(leaks.map(({ kind }) => kind)).toEqual(lines.map(() => 'a secret of a system'));
    for (const { line } of leaks) expect(line).not.toContain(secret);
  });

  it.each([
    ['an Authorization header', 'headers { authorization: "Basic dXNlcjpwYXNzd29yZA==" }'],
    ['an Authorization header', 'Bearer opaque-and-unknown'],
    ['a token in an address', 'GET /live?token=opaque'],
    ['a token as a subprotocol', 'sec-websocket-protocol: belfry, a.b.c'],
    ['a token as a subprotocol', '{"protocols":["belfry","a.b.c"]}'],
    ['a signature of AWS', `?X-Amz-Date=1&X-Amz-Signature=${'0f'.repeat(32)}`],
    ['a signature of AWS', `AWS4-HMAC-SHA256 SignedHeaders=host, Signature=${'0f'.repeat(32)}`],
    ['a session token of AWS', 'X-Amz-Security-Token=IQoJ'],
    ['a password in an address', 'postgres://belfry_writer:hunter2@localhost:5432'],
  ])('where it has the form of %s: %s', async (kind, line) => {
    expect(await leaksIn([line])).toMatchObject([{ kind }]);
  });
});

it('A run is refused that has said it, with the place and without the secret', async () => {
  const run = await mkdtemp(join(directory, 'run-'));
  const token = await belfry.token(newUser());
  keepLog(run).report({ source: 'http', message: `GET /live?token=${token} 200` });
  const refusal = await refuseLeaks(run).catch(String);
  expect(refusal).toMatch(
    /1 lines of the logs hold what they must not\.\na token at .+\.lines:1: http GET \/live…/,
  );
  expect(refusal).not.toContain(token.split('.').at(-1));
});

describe('A denial', () => {
  const denial = (action: string) =>
    `User: arn:aws:sts::000000000000:assumed-role/reader/read is not authorized to perform: ${action} on resource: x`;
  const newRun = () => mkdtemp(join(directory, 'run-'));

  it('that no test expects is found, and the run is refused with its place', async () => {
    const run = await newRun();
    keepLog(run).report({ source: 'iam', message: denial('dynamodb:Query') });
    expect(await findDenials(run)).toEqual([
      expect.stringMatching(/^a call was denied at .+\.lines:1: iam User: .+ to perform: dynamodb:Query on/),
    ]);
    await expect(refuseDenials(run)).rejects.toThrow('1 denials are not as the tests expect.');
  });

  it('is found too where a function logs it', async () => {
    const run = await newRun();
    keepLog(run).report({ source: 'lambda', message: `read: {"error":"${denial('sqs:SendMessage')}"}` });
    expect(await findDenials(run)).toHaveLength(1);
  });

  it('that the test of the same system expects is not', async () => {
    const run = await newRun();
    const log = keepLog(run);
    log.expectDenial('dynamodb:Query');
    log.report({ source: 'iam', message: denial('dynamodb:Query') });
    log.report({ source: 'iam', message: denial('dynamodb:Query') });
    await expect(refuseDenials(run)).resolves.toBeUndefined();
  });

  it('of another action, or of another system, is found all the same', async () => {
    const run = await newRun();
    const log = keepLog(run);
    log.expectDenial('dynamodb:Query');
    log.report({ source: 'iam', message: denial('dynamodb:Query') });
    log.report({ source: 'iam', message: denial('dynamodb:PutItem') });
    keepLog(run).report({ source: 'iam', message: denial('dynamodb:Query') });
    expect(await findDenials(run)).toHaveLength(2);
  });

  it('that is expected and does not come is found', async () => {
    const run = await newRun();
    keepLog(run).expectDenial('dynamodb:Query');
    expect(await findDenials(run)).toEqual([
      expect.stringContaining('a test expects that dynamodb:Query is denied, and it was not'),
    ]);
  });
});

it('The lines of this run are among those that are looked through', async () => {
  const { headers } = await belfry.as(newUser()).get('/notifications?limit=0');
  const refusal = `"api_request_id\\":\\"${headers.get('x-request-id')}`;
  await vi.waitFor(async () => expect(await linesOfThisRun()).toContain(refusal), patience);
});

async function linesOfThisRun(): Promise<string> {
  const run = inject('logDirectory') ?? '';
  const files = await readdir(run);
  return (await Promise.all(files.map((name) => readFile(join(run, name), 'utf8')))).join('');
}
