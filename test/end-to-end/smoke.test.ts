import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { installation, newUser } from '../support/installation.ts';
import { smoke, smokeCheck } from '../support/smoke-command.ts';

const belfry = installation();
const { outputs } = belfry;

const steps = [
  ...['HTTP API', 'Token', 'Socket', 'Ping', 'Create', 'Frame', 'Delivery'],
  ...['List', 'Mark', 'Mark frame', 'Clean up'],
];

describe('npm run smoke', () => {
  it('prints a line for each step with its time, and no token', async () => {
    const token = await belfry.token(newUser());
    const { status, stdout, stderr } = await smoke(outputs, { options: ['--token', token] });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.startsWith('✓'))).toEqual(
      steps.map((name) => expect.stringMatching(new RegExp(`^✓ ${name} +\\d+ ms  \\S`))),
    );
    expect(stdout).toContain('inline: the create function posted the frame to the socket');
    expect(stdout).toMatch(/The installation works: 11 steps in \d+ ms\./);
    expect(stdout).not.toContain(token);
  });

  it('reads a token from standard input, and leaves the inbox of its user as it was', async () => {
    const user = newUser();
    await belfry.invoke({ user_id: user, title: 'From before' });
    const stdin = await belfry.token(user);
    const { stdout } = await smoke(outputs, { options: ['--token', '-', '--json'], stdin });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ ok: true, delivery: 'inline', door: 'invoke' });
    expect(result.steps.map(({ name }: { name: string }) => name)).toEqual(steps);
    expect((await belfry.as(user).get('/notifications')).body).toMatchObject({
      data: [{ title: 'From before' }],
      unread_count: 1,
    });
  });

  it('ends with status 1 and the remedy if a step fails, without the secret that it has signed with', async () => {
    const { status, stdout } = await smoke(outputs);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /✗ Token +\d+ ms {2}The answer is 401, .*\n +→ Its iss is missing\. Let jwtIssuers/,
    );
    expect(stdout).toMatch(/– Socket +skipped, needs Token\n/);
    expect(stdout).toContain('1 of 11 steps failed, and 9 were skipped.');
    expect(stdout).not.toContain(outputs.JwtSecret);
  });

  it('takes the stack that is named of a file with several, and the token of BELFRY_TOKEN', async () => {
    const env = { BELFRY_TOKEN: await belfry.token(newUser()) };
    const file = { Shop: outputs, Staging: { ...outputs, HttpApiUrl: 'https://api.example.invalid' } };
    const { status, stdout } = await smoke(file, { options: ['--stack', 'Shop'], env });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Checking Shop') });
    expect((await smoke(file, { env })).stderr).toMatch(
      /^✗ .*Choose one: --stack Shop or --stack Staging\.\n$/,
    );
  });

  it('says that there are no AWS credentials, and which door needs none', async () => {
    const { AwsEndpointUrl: _, JwtSecret: __, ...stack } = outputs;
    const env = { AWS_REGION: 'us-east-1', BELFRY_TOKEN: await belfry.token(newUser()) };
    const { stdout } = await smoke({ Belfry: stack }, { env });
    expect(stdout).toMatch(
      /✗ Create .*no AWS credentials for lambda:InvokeFunction on Belfry-.*\n.*AWS_PROFILE.*\n.*--door http/,
    );
  });
});

describe('The smoke check of an installation that works', () => {
  it('looks whether pages of an origin may use both APIs', async () => {
    const token = await belfry.token(newUser());
    const { passed } = await smokeCheck(outputs, { origin: 'http://localhost:3000', token });
    expect(passed).toEqual(['HTTP API', 'Origin', ...steps.slice(1)]);
  });

  it('gives a token that is too long for a URL as a subprotocol', async () => {
    const token = await belfry.token(newUser(), { padding: 'x'.repeat(4_000) });
    expect(await smokeCheck(outputs, { token })).toMatchObject({ failed: [], passed: steps });
  });
});

describe('The smoke check with a token that is refused', () => {
  const token = (...made: [Parameters<typeof belfry.token>[1]?, Parameters<typeof belfry.token>[2]?]) =>
    belfry.token(newUser(), ...made);

  it.each([
    ['malformed', async () => 'abc', 'Give a whole JWT'],
    ['expired', () => token({}, '-1m'), /Get a new token\. This one ended at \d{4}-/],
    [
      'of another issuer',
      () => token({ iss: 'https://other.example.com/' }),
      'Its iss is "https://other.example.com/"',
    ],
    ['for another audience', () => token({ aud: ['shop'] }), 'Its aud is ["shop"]. Let jwtAudiences name'],
    ['without a user id', () => token({ sub: 'no-uuid' }), 'jwtUserIdClaim'],
    [
      'signed with another secret',
      async () => `${(await token()).slice(0, -6)}AAAAAA`,
      'signed with another secret or key',
    ],
  ])('says what to do about one that is %s', async (_, made, remedy) => {
    const result = await smokeCheck(outputs, { token: await made() });
    expect(result).toMatchObject({ failed: ['Token'], passed: ['HTTP API'], skipped: steps.slice(2) });
    expect(result.said('Token')).toMatch(remedy);
  });

  it('names the scope that the door http needs', async () => {
    const { failed, said } = await smokeCheck(outputs, { door: 'http', token: await token() });
    expect(failed).toEqual(['Create']);
    expect(said('Create')).toContain('scope notifications:create (or what jwtCreateScope names)');
  });
});

describe('The smoke check with addresses that are wrong', () => {
  const wrong = async (changes: Partial<typeof outputs>, origin?: string) =>
    smokeCheck({ ...outputs, ...changes }, { origin, token: await belfry.token(newUser()) });

  it('says that nothing listens at the HTTP API', async () => {
    const { failed, said } = await wrong({ HttpApiUrl: `http://127.0.0.1:${await freePort()}` });
    expect(failed).toEqual(['HTTP API']);
    expect(said('HTTP API')).toMatch(/nothing listens there \(ECONNREFUSED\)\.\n.*npm start/);
  });

  it('says that the name of the HTTP API is unknown', async () => {
    const { failed, said } = await wrong({ HttpApiUrl: 'https://api.example.invalid' });
    expect(failed).toEqual(['HTTP API']);
    expect(said('HTTP API')).toMatch(/example\.invalid cannot be reached: .*(ENOTFOUND|EAI_AGAIN)/);
  });

  it('says that the HTTP API is another one', async () => {
    const { failed, said } = await wrong({ HttpApiUrl: `${outputs.HttpApiUrl}/v2` });
    expect(failed).toEqual(['HTTP API']);
    expect(said('HTTP API')).toContain('HttpApiUrl does not lead to Belfry');
  });

  it('says that the WebSocket API has another stage, and checks what needs no socket', async () => {
    const { failed, skipped, said } = await wrong({
      WebSocketUrl: outputs.WebSocketUrl.replace(/\w+$/, 'other'),
    });
    expect(failed).toEqual(['Socket']);
    expect(skipped).toEqual(['Ping', 'Frame', 'Delivery', 'Mark frame']);
    expect(said('Socket')).toMatch(/refused the socket with 403\.\nWebSocketUrl is that of another API/);
  });

  it('says that the origin is denied, by both APIs', async () => {
    const { failed, passed, said } = await wrong({}, 'https://evil.example.com');
    expect(failed).toEqual(['Origin', 'Socket']);
    expect(said('Origin')).toContain('allowedOrigins=…,https://evil.example.com');
    expect(said('Socket')).toContain('https://evil.example.com is not in allowedOrigins');
    expect(passed).toContain('Clean up');
  });

  it('says that the create function is not in this account', async () => {
    const { failed, said } = await wrong({ CreateFunctionName: 'Belfry-Other' });
    expect(failed).toEqual(['Create']);
    expect(said('Create')).toMatch(
      /There is no Belfry-Other.*\n.*another account, or the outputs .* are old/,
    );
  });
});
