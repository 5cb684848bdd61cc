import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { theResource } from '../../lib/template.ts';
import { createOf } from '../../support/services.ts';
import { packClient } from './pack-client.ts';
import { packConstructs } from './pack-constructs.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
// As in the repository, so that the example finds the tarball where its package.json says.
const folder = mkdtempSync(join(tmpdir(), 'belfry-cdk-'));
const app = join(folder, 'examples/booking');
const assembly = join(folder, 'cdk.out');
let packed: Awaited<ReturnType<typeof packConstructs>>;
let template: Template;

beforeAll(async () => {
  packed = await packConstructs(join(folder, 'clone'));
  const client = await packClient(join(folder, 'client'));
  for (const tarball of [packed.tarball, client]) cpSync(tarball, join(folder, 'dist', basename(tarball)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package of the constructs', () => {
  it('is put together as npm packages are', async () => {
    const { pkgDir } = packed;
    const pkg = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'));
    const { messages } = await publint({ pkgDir, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('runs in strict mode, as its sources do', () => {
    const constructs = readFileSync(join(packed.pkgDir, 'lib/index.cjs'), 'utf8');
    expect(constructs).toMatch(/^["']use strict["'];/);
  });

  it('resolves with its types under every module resolution, by import and by require', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(packed.tarball)));
    if (!result.types) throw new Error('The package has no types.');
    expect(result.problems).toEqual([]);
    const resolutions = Object.values(result.entrypoints['.']?.resolutions ?? {});
    const files = resolutions.map(({ resolution }) => basename(resolution?.fileName ?? ''));
    expect(files.sort()).toEqual(['index.d.cts', 'index.d.cts', 'index.d.mts', 'index.d.mts']);
  });
});

describe('an app that installs the package', () => {
  beforeAll(async () => {
    cpSync(join(root, 'examples/booking'), app, {
      recursive: true,
      filter: (file) => !/node_modules|package-lock|cdk\.out/.test(relative(root, file)),
    });
    await install();
    await run('node', ['app.ts'], { cwd: app, env: { ...process.env, CDK_OUTDIR: assembly } });
    template = Template.fromString(readFileSync(join(assembly, 'Booking.template.json'), 'utf8'));
  });

  it('compiles against its declarations', async () => {
    await run('npx', ['tsc', '--project', app], { cwd: root });
  });

  it('gets the same classes by import and by require', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import * as imported from 'belfry-cdk';
      const required = createRequire(import.meta.url)('belfry-cdk');
      console.log(Object.keys(imported).filter((name) => imported[name] === required[name]).join());`;
    const { stdout } = await run('node', ['--input-type=module', '--eval', script], { cwd: app });
    expect(stdout.trim()).toBe('Notifications,NotificationsStack');
  });

  it('has the bundle of every function among its assets, and the files that functions read', () => {
    const functions = readdirSync(join(packed.pkgDir, 'dist/functions'));
    const installed = join(app, 'node_modules/belfry-cdk/dist/functions');
    for (const name of functions) {
      expect(bundles()).toContainEqual(readFileSync(join(installed, name, 'index.js'), 'utf8'));
    }
    const withNotices = assets().filter((asset) => existsSync(join(asset, 'THIRD-PARTY-NOTICES.txt')));
    // `message` contains no package of others.
    expect(withNotices).toHaveLength(functions.length - 1);
    expect(functions).toEqual(expect.arrayContaining(['create-notification', 'migrate']));
    const withFile = (file: string) => assets().filter((asset) => existsSync(join(asset, file)));
    expect(withFile('migrations/meta/_journal.json')).toHaveLength(1);
    // All that sign in to the database: create, read, update, the tick, migrate and purge.
    expect(withFile('rds-certificates.json')).toHaveLength(6);
  });

  it('has the rules of its catalogue beside the code of the functions that follow them', () => {
    const policies = assets()
      .map((asset) => join(asset, 'policy.json'))
      .filter((file) => existsSync(file));
    // Create, read, update, the tick and migrate.
    expect(policies.map((file) => JSON.parse(readFileSync(file, 'utf8')))).toEqual(
      Array(5).fill({
        scopes: ['attendee', 'organizer'],
        types: {
          booking_taken: { scope: 'attendee' },
          booking_confirmed: { scope: 'attendee', critical: true },
          seats_sold: { scope: 'organizer', default: 'off' },
        },
        strictTypes: true,
      }),
    );
  });

  it('may invoke the create function from its own, and use no other door', () => {
    const create = theFunction('Belfry: creates notifications and pushes them');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { CREATE_FUNCTION_NAME: { Ref: create } } },
      Role: arnOf(bookingRole()),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: bookingRole() }],
      PolicyDocument: {
        Statement: [{ Action: 'lambda:InvokeFunction', Resource: Match.arrayWith([arnOf(create)]) }],
      },
    });
  });

  it('sends its domain events to the queue, which takes them from that rule', () => {
    const { id, ...rule } = confirmed();
    expect(rule.EventPattern.source).toEqual(['booking']);
    expect(rule.Targets).toMatchObject([{ Arn: arnOf(createQueue()) }]);
    // Without one it is the account's default bus.
    expect(rule).not.toHaveProperty('EventBusName');
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: createQueue() }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['sqs:SendMessage']),
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': arnOf(id) } },
          }),
        ]),
      },
    });
  });

  it('gets from the bus of Belfry what has stayed unread', () => {
    const [unread] = Object.values(
      template.findResources('AWS::Events::Rule', {
        Properties: { EventPattern: { source: ['belfry'], 'detail-type': ['notification.unread_after'] } },
      }),
    );
    const bus = theResource(template, 'AWS::Events::EventBus').id;
    expect(unread?.Properties).toMatchObject({ EventBusName: { Ref: bus } });
    const [remind] = Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) =>
      id.startsWith('Remind'),
    );
    expect(unread?.Properties.Targets).toMatchObject([{ Arn: arnOf(String(remind)) }]);
  });

  it('makes create commands of its domain events', () => {
    const user_id = '0b5e55ed-0000-4000-8000-000000000001';
    const message = transformed({ booking_id: '981', user_id, summary: 'Row F, "the quiet one"' });
    expect(createOf(JSON.parse(message))).toMatchObject({
      user_ids: [user_id],
      body: 'Row F, "the quiet one"',
      metadata: {
        type: 'booking_confirmed',
        booking_id: '981',
        summary: 'Row F, "the quiet one"',
        route: '/bookings/981',
      },
      idempotency_key: 'booking-981-confirmed',
    });
  });
});

/** Installs the tarball as npm does, and lends the app this project's CDK, so that no registry is asked. */
async function install(): Promise<void> {
  const others = ['dependencies.aws-cdk-lib', 'dependencies.constructs', 'devDependencies'];
  await run('npm', ['pkg', 'delete', ...others], { cwd: app });
  await run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit'], { cwd: app });
  for (const lent of ['aws-cdk-lib', 'constructs', '@types', 'esbuild', '@esbuild']) {
    symlinkSync(join(root, 'node_modules', lent), join(app, 'node_modules', lent));
  }
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const theFunction = (description: string) =>
  theResource(template, 'AWS::Lambda::Function', ({ Properties }) => Properties.Description === description)
    .id;

const bookingRole = () =>
  Object.keys(template.findResources('AWS::IAM::Role')).find((id) => /^Book/.test(id)) ?? '';

/** The rule for the domain event. */
function confirmed() {
  const rules = template.findResources('AWS::Events::Rule', {
    Properties: { EventPattern: { 'detail-type': ['booking.confirmed'] } },
  });
  const [[id, rule] = []] = Object.entries(rules);
  return { id, ...rule?.Properties };
}

/** The queue that the create function takes messages from. */
function createQueue(): string {
  const FunctionName = { Ref: theFunction('Belfry: creates notifications and pushes them') };
  const sources = template.findResources('AWS::Lambda::EventSourceMapping', { Properties: { FunctionName } });
  return Object.values(sources)[0]?.Properties.EventSourceArn['Fn::GetAtt'][0];
}

/** The message that EventBridge makes of an event: a field alone becomes a JSON value, and within quotes its text. */
function transformed(detail: Record<string, string>): string {
  const { InputPathsMap, InputTemplate } = confirmed().Targets[0].InputTransformer;
  return InputTemplate.replaceAll(/(:?)<([^>]+)>/g, (_: string, alone: string, name: string) => {
    const value = detail[InputPathsMap[name].replace('$.detail.', '')];
    return alone ? `:${JSON.stringify(value)}` : value;
  });
}

const assets = (): string[] =>
  readdirSync(assembly)
    .filter((file) => file.startsWith('asset.'))
    .map((file) => join(assembly, file));

const bundles = () =>
  assets()
    .map((asset) => join(asset, 'index.js'))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
