import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { awsThatAnswers } from '../../support/aws-that-answers.ts';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';
import type { Installation } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { smoke, smokeCheck } from '../../support/smoke-command.ts';

// Installations that are broken in one place each: the smoke check names the place, and what to do.
let own: OwnSystem;
let outputs: Installation['outputs'];

async function start(context?: Record<string, string>): Promise<void> {
  own = await startOwnSystem(context && { context });
  ({ outputs } = own.belfry);
}

const functionNamed = (part: string) => {
  const found = own.system.lambda.functions().find(({ name }) => name.includes(part));
  if (!found) throw new Error(`The template has no function ${part}.`);
  return found;
};

/** For what does not come. All else comes sooner, also on a busy machine. */
const waitMs = 10_000;

/** Checks the installation while one of its functions does not start. */
async function checkWithBroken(part: string) {
  const { name, codeDirectory } = functionNamed(part);
  const broken = mkdtempSync(join(tmpdir(), 'belfry-broken-'));
  writeFileSync(join(broken, 'index.mjs'), "throw new Error('It does not start.');");
  own.system.lambda.replaceCode(name, broken);
  try {
    return await smokeCheck(outputs, { waitMs });
  } finally {
    own.system.lambda.replaceCode(name, codeDirectory);
    rmSync(broken, { recursive: true });
  }
}

describe('The smoke check of an installation', () => {
  beforeAll(() => start());
  afterAll(() => own?.stop());
  afterEach(() => {
    own.system.socketApi?.failPosts(undefined);
    own.system.throttleDynamoDb(0);
  });

  it('signs a token with the secret of JwtSecretArn, as after a deployment to AWS', async () => {
    const { AwsEndpointUrl, JwtSecret, ...stack } = outputs;
    const secrets = await awsThatAnswers(200, { body: { SecretString: JwtSecret } });
    const { status, stdout } = await smoke(
      { Belfry: stack },
      {
        env: {
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL: AwsEndpointUrl,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
        },
      },
    );
    expect(stdout).toContain('signed with the secret of JwtSecretArn');
    expect(stdout).not.toContain(JwtSecret);
    expect(status).toBe(0);
  });

  it('whose inline post fails tells that the frame came late by the stream, and why that may be', async () => {
    own.system.socketApi?.failPosts({ status: 500 }, { times: 1 });
    const { way, failed, passed, said } = await own.later(100, smokeCheck(outputs));
    expect({ way, failed }).toEqual({ way: 'redelivery', failed: ['Delivery'] });
    expect(said('Frame')).toContain('inbox.changed with 1 unread');
    expect(said('Delivery')).toMatch(/by the stream, because the inline post had failed\.\n.*egress-only/);
    expect(passed).toContain('Clean up');
  });

  it('whose posts all fail says so for the create and for the mark', async () => {
    own.system.socketApi?.failPosts({ status: 500 });
    const { failed, skipped, said } = await smokeCheck(outputs, { waitMs });
    expect(failed).toEqual(['Frame', 'Mark frame']);
    expect(skipped).toEqual(['Delivery']);
    expect(said('Frame')).toMatch(
      /No frame came within 10 s\. .* 1 connections: 0 posted, 0 gone, 1 failed\.\n.*egress/,
    );
    expect(said('Mark frame')).toContain('delivery_failed');
  });

  it('whose connections table is throttled says that no socket can be registered', async () => {
    own.system.throttleDynamoDb(1_000, { functionName: functionNamed('Connect').name });
    const { failed, said } = await smokeCheck(outputs);
    expect(failed).toEqual(['Socket']);
    expect(said('Socket')).toMatch(/refused the socket with 500\.\n.*DynamoDB throttles it.*connect_failed/);
  });

  it('whose create function cannot read the connections says where that is logged', async () => {
    own.system.throttleDynamoDb(1_000, { functionName: functionNamed('Create').name });
    const { failed, said } = await smokeCheck(outputs, { waitMs });
    expect(failed).toEqual(['Frame']);
    expect(said('Frame')).toMatch(/0 connections: (?:.*\n)+.*connections_not_found/);
  });

  it.each([
    ['Authorize', 'Token', 'AuthorizeLogs|npm start'],
    ['Read', 'Token', 'npm start'],
    ['Connect', 'Socket', 'does not start'],
    ['Create', 'Create', 'The create function failed with'],
    ['Update', 'Mark', 'npm start'],
  ])('whose function %s does not start says so at the step %s', async (part, step, remedy) => {
    const { failed, said } = await checkWithBroken(part);
    expect(failed[0]).toBe(step);
    expect(said(step)).toMatch(new RegExp(remedy));
  });
});

describe('The smoke check of an installation whose database lets no function in', () => {
  beforeAll(() => start());
  afterAll(() => own?.stop());

  async function letIn(isAllowed: boolean): Promise<void> {
    const { databaseUrl = '' } = own.system;
    const { reader, writer } = await usersOfSystem(databaseUrl);
    for (const user of [reader, writer]) {
      await runAsOwner(databaseUrl, `ALTER ROLE ${user} ${isAllowed ? 'LOGIN' : 'NOLOGIN'}`);
    }
  }

  it('says so, and waits for one that wakes', async () => {
    await letIn(false);
    const { failed, said } = await smokeCheck(outputs, { waitMs });
    expect(failed).toEqual(['Token']);
    expect(said('Token')).toMatch(/The answer is 503, unavailable: .*\n.*RDS console/);

    const { promise: isWaiting, resolve: onNote } = Promise.withResolvers<string>();
    const checked = smokeCheck(outputs, { onNote });
    expect(await isWaiting).toBe('it is unavailable for now, and is asked again');
    await letIn(true);
    expect((await checked).failed).toEqual([]);
  });
});

describe('The smoke check of an installation without a route out of its VPC', () => {
  beforeAll(() => start({ network: 'isolated' }));
  afterAll(() => own?.stop());

  it.each(['invoke', 'event', 'queue', 'http'])(
    'finds through the door %s that the frame came by the stream',
    async (door) => {
      const { way, failed, said } = await smokeCheck(outputs, { door });
      expect({ way, failed }).toEqual({ way: 'stream', failed: [] });
      expect(said('Delivery')).toBe(
        'by the stream of the deliveries table, as it must with network=isolated',
      );
    },
  );

  it('does not guess the way if the door has no answer, and the person may not invoke', async () => {
    const { CreateFunctionName: _, ...others } = outputs;
    const { way, failed, said } = await smokeCheck(others, { door: 'queue' });
    expect({ way, failed }).toEqual({ way: 'unknown', failed: [] });
    expect(said('Delivery')).toContain('Use --door invoke');
  });

  it('whose deliver function does not start says where to look', async () => {
    const { failed, said } = await checkWithBroken('Deliver');
    expect(failed).toEqual(['Frame', 'Mark frame']);
    expect(said('Frame')).toMatch(
      /0 connections.*\nWith network=isolated, the deliver function posts: look into/,
    );
  });
});
