import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createLambda, type LambdaService } from '../../local/lambda/lambda.ts';
import { createConcurrency } from '../../local/lambda/lambda-concurrency.ts';
import { arnLike } from '../../local/lambda/lambda-permissions.ts';
import { functionWith } from '../support/function-bundle.ts';
import { patience } from '../support/patience.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

const account = { principal: 'account' };
const minuteMs = 60_000;

let clock: TestClock;
let lambda: LambdaService;
let { entries, report, expectDenial }: KeptReport = keepReport();
let records: { queueArn: string; body: string }[];

beforeEach(() => {
  clock = createTestClock();
  ({ entries, report, expectDenial } = keepReport());
  records = [];
  lambda = lambdaWith();
});

/** The service, with these limits. */
function lambdaWith(
  limits: Pick<Parameters<typeof createLambda>[0], 'maxEnvironments' | 'accountConcurrency'> = {},
) {
  return createLambda({
    clock,
    report,
    region: 'us-east-1',
    endpointUrl: () => 'http://127.0.0.1:4566',
    extraCaFile: '/ca.pem',
    sendToQueue: async (queueArn, body) => void records.push({ queueArn, body }),
    ...limits,
  });
}

afterEach(() => lambda.stop());

const hasPrinted = (text: string, times = 1) =>
  vi.waitFor(
    () => expect(entries.filter(({ message }) => message.includes(text))).toHaveLength(times),
    patience,
  );

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process keeps its number until its parent has waited for it.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a function', () => {
  it('gets the event and the context that Lambda documents', async () => {
    lambda.createFunction(
      functionWith(`export const handler = async (event, context) => ({
        event,
        context: { ...context, getRemainingTimeInMillis: context.getRemainingTimeInMillis() },
      });`),
    );
    const { payload, requestId, functionError } = await lambda.invoke('example', { a: [1, 'ü'] }, account);
    expect(functionError).toBeUndefined();
    expect(payload).toMatchObject({
      event: { a: [1, 'ü'] },
      context: {
        functionName: 'example',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:example',
        memoryLimitInMB: '256',
        awsRequestId: requestId,
        logGroupName: '/aws/lambda/example',
        logStreamName: expect.stringMatching(/^2026\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/),
        getRemainingTimeInMillis: expect.any(Number),
      },
    });
  });

  it('sees its own variables and Lambda’s, and nothing of the parent’s', async () => {
    const source = 'export const handler = async () => ({ ...process.env, cwd: process.cwd() });';
    const spec = functionWith(source, { environment: { TABLE: 'connections' } });
    lambda.createFunction(spec);
    const { payload } = await lambda.invoke('example', {}, account);
    expect(payload).toEqual({
      TABLE: 'connections',
      cwd: spec.codeDirectory,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'example',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_FORMAT: 'Text',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/example',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      LAMBDA_TASK_ROOT: spec.codeDirectory,
      _HANDLER: 'index.handler',
      HOME: '/home/sbx_user1051',
      LANG: 'en_US.UTF-8',
      PATH: expect.any(String),
      TZ: 'UTC',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    });
  });

  it.each([
    ['index.js', 'exports.handler = async () => "cjs";', '"cjs"'],
    ['index.mjs', 'export const handler = async () => undefined;', 'null'],
    [
      'index.mjs',
      'export const handler = () => ({ at: new Date(0), gone: undefined });',
      '{"at":"1970-01-01T00:00:00.000Z"}',
    ],
  ])('answers what JSON makes of its result (%s: %s)', async (file, source, json) => {
    lambda.createFunction(functionWith(source, {}, file));
    const { payload } = await lambda.invoke('example', {}, account);
    expect(JSON.stringify(payload)).toBe(json);
  });

  it('has its printed lines reported under its name', async () => {
    lambda.createFunction(
      functionWith(
        'export const handler = async () => { process.stdout.write("one\\ntwo\\n"); process.stderr.write("three\\n"); };',
      ),
    );
    await lambda.invoke('example', {}, account);
    await hasPrinted('example: two');
    await hasPrinted('example: three');
    const printed = { functionName: 'example' };
    expect(entries).toContainEqual({ source: 'lambda', level: 'info', message: 'example: one', printed });
    expect(entries).toContainEqual({ source: 'lambda', level: 'info', message: 'example: two', printed });
  });

  it('has lines of JSON reported with their fields, and those that hold metrics as inner workings', async () => {
    lambda.createFunction(
      functionWith(
        `export const handler = async () => {
          process.stdout.write('{"level":"INFO","message":"said"}\\n{"level":"INFO","_aws":{}}\\n');
        };`,
      ),
    );
    await lambda.invoke('example', {}, account);
    await hasPrinted('_aws');
    expect(entries.filter(({ printed }) => printed)).toMatchObject([
      { level: 'info', printed: { functionName: 'example', fields: { level: 'INFO', message: 'said' } } },
      { level: 'debug', printed: { fields: { _aws: {} } } },
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
  it('has its JSON lines reported under the level that they name', async () => {
    lambda.createFunction(
      functionWith(
        'export const handler = () => { console.info("a"); console.warn("b"); console.error("c"); };',
        { logFormat: 'JSON' },
      ),
    );
    await lambda.invoke('example', {}, account);
    await hasPrinted('"c"');
    const levels = entries.filter(({ message }) => message.includes('"level"')).map(({ level }) => level);
    expect(levels).toEqual(['info', 'warn', 'error']);
  });

  it('is refused a reserved variable and a missing bundle', () => {
    const spec = functionWith('');
    const create = (overrides: object) => () => lambda.createFunction({ ...spec, ...overrides });
    expect(create({ environment: { AWS_REGION: 'x' } })).toThrow(/reserves .* AWS_REGION/);
    expect(create({ codeDirectory: '/not/there' })).toThrow('/not/there does not exist');
  });
});

describe('a failing function', () => {
  const failureOf = async (source: string, handler = 'index.handler') => {
    lambda.createFunction(functionWith(source, { handler }));
    return lambda.invoke('example', {}, account);
  };

  it('answers name, message and trace of the error', async () => {
    const source = `export const handler = async () => {
      const error = new Error('title: too long');
      error.name = 'ValidationError';
      throw error;
    };`;
    expect(await failureOf(source)).toEqual({
      requestId: expect.any(String),
      functionError: 'Unhandled',
      payload: {
        errorType: 'ValidationError',
        errorMessage: 'title: too long',
        trace: expect.arrayContaining([expect.stringContaining('title: too long')]),
      },
    });
    await hasPrinted('failed with ValidationError (0 ms, cold)');
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
  it('has its error in the log with all that the error carries, as Lambda’s runtime writes it', async () => {
    const source = `export const handler = async () => {
      throw Object.assign(new TypeError('no row'), { row: { title: 'secret' } });
    };`;
    lambda.createFunction(functionWith(source, { logFormat: 'JSON' }));
    await lambda.invoke('example', {}, account);
    await hasPrinted('stackTrace');
    const entry = entries.find(({ message }) => message.includes('stackTrace'));
    expect(entry?.level).toBe('error');
    expect(JSON.parse(entry?.message.replace('example: ', '') ?? '')).toEqual({
      timestamp: expect.any(String),
      level: 'ERROR',
      requestId: expect.any(String),
      message: {
        errorType: 'TypeError',
        errorMessage: 'no row',
        stackTrace: expect.any(Array),
        row: { title: 'secret' },
      },
    });
  });

  it.each([
    [
      'import "not-installed"; export const handler = 1;',
      'index.handler',
      'Error',
      /^Cannot find package 'not-installed'/,
    ],
    [
      'export const handler = 1;',
      'other.handler',
      'Runtime.ImportModuleError',
      /^Error: Cannot find module 'other'/,
    ],
    [
      'export const other = 1;',
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'export const handler = 1;',
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    ['export const = ;', 'index.handler', 'Runtime.UserCodeSyntaxError', /^SyntaxError/],
    ['export const handler = 1;', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    ['throw new TypeError("no TABLE");', 'index.handler', 'TypeError', 'no TABLE'],
    [
      'export const handler = (a, b, done) => done();',
      'index.handler',
      'Runtime.CallbackHandlerDeprecated',
      /callback/,
    ],
    [
      'export const handler = () => process.exit(3);',
      'index.handler',
      'Runtime.ExitError',
      /Runtime exited with error: exit status 3$/,
    ],
    [
      'export const handler = () => process.exit(0);',
      'index.handler',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    [
      'export const handler = () => new Promise(() => Promise.reject(new Error("lost")));',
      'index.handler',
      'Runtime.ExitError',
      /Runtime exited with error: exit status 1$/,
    ],
    [
      'export const handler = () => new Promise(() => setImmediate(() => { throw new RangeError("late"); }));',
      'index.handler',
      'Runtime.ExitError',
      /Runtime exited with error: exit status 1$/,
    ],
    [
      'export const handler = () => 1n;',
      'index.handler',
      'Runtime.JSONStringifyError',
      'Unable to stringify response body',
    ],
    [
      'export const handler = () => new Promise(() => {});',
      'index.handler',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    ['export const handler = () => { throw "plain"; };', 'index.handler', 'string', 'plain'],
  ])('%s (%s) is %s', async (source, handler, errorType, errorMessage) => {
    const { payload, functionError } = await failureOf(source, handler);
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType });
    expect(payload).toHaveProperty(
      'errorMessage',
      typeof errorMessage === 'string' ? errorMessage : expect.stringMatching(errorMessage),
    );
  });

  it('is ended at its time-out, and the next request gets a new environment', async () => {
    lambda.createFunction(
      functionWith(`export const handler = (event) => event.hang
        ? new Promise(() => console.log('hanging', setInterval(() => {}, 1000).hasRef()))
        : process.pid;`),
    );
    const { payload: firstPid } = await lambda.invoke('example', {}, account);
    const hanging = lambda.invoke('example', { hang: true }, account);
    await hasPrinted('hanging');
    await clock.advance(2_999);
    expect(isRunning(Number(firstPid))).toBe(true);
    await clock.advance(1);
    const { payload, requestId } = await hanging;
    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 3.00 seconds`,
    });
    expect(isRunning(Number(firstPid))).toBe(false);
    const { payload: nextPid } = await lambda.invoke('example', {}, account);
    expect(nextPid).not.toBe(firstPid);
  });

  it('keeps its environment after an error of the handler, and loses it after a crash', async () => {
    lambda.createFunction(
      functionWith(`export const handler = async (event) => {
        if (event === 'throw') throw new Error(String(process.pid));
        if (event === 'crash') process.exit(1);
        return process.pid;
      };`),
    );
    const { payload: pid } = await lambda.invoke('example', '', account);
    const { payload: error } = await lambda.invoke('example', 'throw', account);
    expect(error).toMatchObject({ errorMessage: String(pid) });
    await lambda.invoke('example', 'crash', account);
    const { payload: nextPid } = await lambda.invoke('example', '', account);
    expect(nextPid).not.toBe(pid);
  });

  it('is refused a payload over 6 MB and loses an answer over it', async () => {
    lambda.createFunction(functionWith('export const handler = () => "x".repeat(7_000_000);'));
    await expect(lambda.invoke('example', 'x'.repeat(6_291_455), account)).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      status: 413,
    });
    const { payload } = await lambda.invoke('example', 'x'.repeat(6_291_454), account);
    expect(payload).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

/** Resolves once the file is there. */
const opened = `import { existsSync } from 'node:fs';
  const opened = (file) => new Promise((resolve) => {
    const timer = setInterval(() => { if (existsSync(file)) { clearInterval(timer); resolve(); } }, 5);
  });`;

/** Answers its process id once the file `until` is there. */
const waiting = `${opened}
  export const handler = async ({ until, label }) => {
    console.log('began', label);
    await opened(until);
    return process.pid;
  };`;

function gate() {
  const { codeDirectory } = functionWith('');
  const until = `${codeDirectory}/open`;
  return { until, open: () => writeFileSync(until, '') };
}

describe('environments', () => {
  it('serve one request each, and a request that finds no idle one starts a new one', async () => {
    lambda.createFunction(functionWith(waiting));
    const { until, open } = gate();
    const requests = Array.from({ length: 12 }, () => lambda.invoke('example', { until }, account));
    await hasPrinted('began', 12);
    expect(lambda.environments()).toEqual({ total: 12, idle: 0, byFunction: { example: 12 } });
    open();
    const pids = (await Promise.all(requests)).map(({ payload }) => payload);
    expect(new Set(pids).size).toBe(12);
    expect(lambda.environments()).toMatchObject({ total: 12, idle: 12 });
  });

  it('are as many as this machine may run, and further requests of all functions wait in their order', async () => {
    lambda = lambdaWith({ maxEnvironments: 2 });
    for (const name of ['one', 'two']) lambda.createFunction(functionWith(waiting, { name }));
    const gates = { a: gate(), b: gate(), c: gate(), d: gate() };
    const requests = Object.entries(gates).map(([label, { until }]) =>
      lambda.invoke(label === 'c' ? 'two' : 'one', { until, label }, account),
    );
    await hasPrinted('began', 2);
    expect(lambda.running()).toBe(4);
    gates.a.open();
    await hasPrinted('began c');
    expect(lambda.environments()).toEqual({ total: 2, idle: 0, byFunction: { one: 1, two: 1 } });
    gates.b.open();
    await hasPrinted('began d');
    for (const { open } of Object.values(gates)) open();
    const pids = (await Promise.all(requests)).map(({ payload }) => payload);
    expect(new Set(pids).size).toBe(3);
    expect(pids[3]).toBe(pids[1]);
  });

  it('make room for another function: the one that is idle for longest ends', async () => {
    lambda = lambdaWith({ maxEnvironments: 2 });
    for (const name of ['one', 'two', 'three']) {
      lambda.createFunction(functionWith('export const handler = () => process.pid;', { name }));
    }
    const pidOf = async (name: string) => (await lambda.invoke(name, {}, account)).payload;
    const [one, two] = [await pidOf('one'), await pidOf('two')];
    await pidOf('three');
    expect(lambda.environments().byFunction).toEqual({ two: 1, three: 1 });
    expect(await pidOf('two')).toBe(two);
    expect(await pidOf('one')).not.toBe(one);
    expect(lambda.environments().byFunction).toEqual({ one: 1, two: 1 });
  });

  it('end after five minutes without a request', async () => {
    lambda.createFunction(functionWith('export const handler = () => process.pid;'));
    const pidOf = async () => Number((await lambda.invoke('example', {}, account)).payload);
    const pid = await pidOf();
    await clock.advance(5 * minuteMs - 1);
    expect(await pidOf()).toBe(pid);
    await clock.advance(5 * minuteMs - 1);
    expect(lambda.environments().total).toBe(1);
    await clock.advance(1);
    expect(lambda.environments().total).toBe(0);
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience);
    expect(await pidOf()).not.toBe(pid);
  });

  it('are counted in the report when they become many, when requests wait, and when they have ended', async () => {
    lambda = lambdaWith({ maxEnvironments: 10 });
    lambda.createFunction(functionWith(waiting));
    const lines = () => entries.flatMap(({ message }) => (message.includes('environments') ? [message] : []));
    const burst = async () => {
      const { until, open } = gate();
      const requests = Array.from({ length: 11 }, () => lambda.invoke('example', { until }, account));
      open();
      await Promise.all(requests);
    };
    const grown = [
      '10 environments: 10 of example',
      expect.stringContaining('All 10 environments are busy, so requests wait.'),
    ];
    await burst();
    await burst();
    expect(lines()).toEqual(grown);
    await clock.advance(5 * minuteMs);
    const ended = [...grown, 'The idle environments have ended, and 9 are left.'];
    expect(lines()).toEqual(ended);
    await burst();
    expect(lines()).toEqual([...ended, ...grown]);
  });

  it('are taken again, the last one used first', async () => {
    lambda.createFunction(functionWith(waiting));
    const [one, two] = [gate(), gate()];
    const first = lambda.invoke('example', { until: one.until }, account);
    const second = lambda.invoke('example', { until: two.until }, account);
    await hasPrinted('began', 2);
    two.open();
    await second;
    one.open();
    const { payload: pid } = await first;
    expect((await lambda.invoke('example', { until: one.until }, account)).payload).toBe(pid);
    expect((await lambda.invoke('example', { until: one.until }, account)).payload).toBe(pid);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
  it('are frozen between two requests: what a function left undone goes on with the next one', async () => {
    lambda.createFunction(
      functionWith(`${opened}
        let left;
        export const handler = async ({ until }) => {
          if (until) left = opened(until).then(() => console.log('left over'));
          else await left;
          return process.pid;
        };`),
    );
    lambda.createFunction(functionWith(waiting, { name: 'other' }));
    const { until, open } = gate();
    const { payload: pid } = await lambda.invoke('example', { until }, account);
    const isFrozen = () => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    await expect.poll(isFrozen).toBe(true);
    open();
    // Which runs, and sees what the frozen one waits for.
    await lambda.invoke('other', { until }, account);
    expect(isFrozen()).toBe(true);
    expect(entries.map(({ message }) => message)).not.toContain('example: left over');
    expect((await lambda.invoke('example', {}, account)).payload).toBe(pid);
    await hasPrinted('left over');
    await lambda.stop();
    expect(isRunning(Number(pid))).toBe(false);
  });

  const answersNew = "export const handler = () => ['new', process.pid];";

  it('are new after the code was replaced, and a request that is being served ends with the old code', async () => {
    lambda.createFunction(functionWith(waiting));
    const [served, idle] = [gate(), gate()];
    const requests = [served, idle].map(({ until }) => lambda.invoke('example', { until }, account));
    await hasPrinted('began', 2);
    idle.open();
    await requests[1];
    const { codeDirectory } = functionWith(answersNew);
    lambda.replaceCode('example', codeDirectory);
    expect(lambda.functions()).toMatchObject([{ name: 'example', codeDirectory }]);
    const answer = async () => (await lambda.invoke('example', {}, account)).payload;
    expect(await answer()).toEqual(['new', expect.any(Number)]);
    served.open();
    const oldPids = (await Promise.all(requests)).map(({ payload }) => Number(payload));
    await vi.waitFor(() => expect(oldPids.filter(isRunning)).toEqual([]), patience);
    expect(await answer()).toEqual(['new', expect.any(Number)]);
  });

  it('are new for a request that waited while the code was replaced', async () => {
    lambda = lambdaWith({ maxEnvironments: 1 });
    lambda.createFunction(functionWith(waiting));
    const { until, open } = gate();
    const requests = [1, 2].map(() => lambda.invoke('example', { until }, account));
    lambda.replaceCode('example', functionWith(answersNew).codeDirectory);
    open();
    const [first, second] = (await Promise.all(requests)).map(({ payload }) => payload);
    expect(first).toEqual(expect.any(Number));
    expect(second).toEqual(['new', expect.any(Number)]);
  });

  it('end at once when the service stops, even in a busy loop', async () => {
    lambda = lambdaWith({ maxEnvironments: 1 });
    lambda.createFunction(
      functionWith('export const handler = () => { console.log("pid", process.pid); for (;;); };'),
    );
    const busy = lambda.invoke('example', {}, account);
    const queued = expect(lambda.invoke('example', {}, account)).rejects.toThrow('stopped');
    await hasPrinted('pid');
    const entry = entries.find(({ message }) => message.includes('pid'));
    const pid = Number(entry?.message.split(' ').at(-1));
    await lambda.stop();
    expect(isRunning(pid)).toBe(false);
    expect((await busy).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    await queued;
    await expect(lambda.invoke('example', {}, account)).rejects.toThrow('stopped');
  });

  it('end when the process that has started them is killed, and the next request gets a new one', async () => {
    lambda.createFunction(functionWith('export const handler = () => [process.pid, process.ppid];'));
    lambda.createFunction(functionWith(waiting, { name: 'busy' }));
    const { payload } = await lambda.invoke('example', {}, account);
    const [pid, parent] = z.tuple([z.number(), z.number()]).parse(payload);
    const { until } = gate();
    const busy = lambda.invoke('busy', { until }, account);
    await hasPrinted('began');
    process.kill(parent, 'SIGKILL');
    expect((await busy).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience);
    const next = await lambda.invoke('example', {}, account);
    expect(next.payload).toEqual([expect.any(Number), expect.any(Number)]);
    expect(next.payload).not.toContain(parent);
  });

  it('end by themselves when the parent is killed', async () => {
    const { codeDirectory } = functionWith(
      'setInterval(() => {}, 1000); export const handler = () => process.pid;',
    );
    const lambdaModule = fileURLToPath(new URL('../../local/lambda/lambda.ts', import.meta.url));
    const program = `
      import { createLambda } from ${JSON.stringify(lambdaModule)};
      const clock = { now: () => 0, after: () => () => {} };
      const lambda = createLambda({ clock, report() {}, region: 'us-east-1', endpointUrl: () => '' });
      lambda.createFunction({
        name: 'example', arn: 'arn:aws:lambda:us-east-1:000000000000:function:example', handler: 'index.handler',
        codeDirectory: ${JSON.stringify(codeDirectory)}, environment: {}, timeoutMs: 3000, memoryMb: 128, credentials: {},
      });
      console.log((await lambda.invoke('example', {}, { principal: 'account' })).payload);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    expect(isRunning(Number(line))).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(Number(line))).toBe(false), patience);
  });
});

describe('the concurrency', () => {
  const throttle = (Reason: string) => ({
    name: 'TooManyRequestsException',
    status: 429,
    members: { Reason, Type: 'User' },
  });
  const ofAccount = throttle('ConcurrentInvocationLimitExceeded');
  const ofFunction = throttle('ReservedFunctionConcurrentInvocationLimitExceeded');

  it('of an account throttles the request beyond it, of whatever function, until another one ends', async () => {
    lambda = lambdaWith({ accountConcurrency: 2 });
    for (const name of ['one', 'two']) lambda.createFunction(functionWith(waiting, { name }));
    const { until, open } = gate();
    const invoke = (name: string) => lambda.invoke(name, { until }, account);
    const requests = [invoke('one'), invoke('two')];
    await expect(invoke('two')).rejects.toMatchObject(ofAccount);
    open();
    await Promise.all(requests);
    expect((await invoke('two')).functionError).toBeUndefined();
  });

  it('counts requests that wait for this machine, because they would run on AWS', async () => {
    lambda = lambdaWith({ accountConcurrency: 2, maxEnvironments: 1 });
    lambda.createFunction(functionWith(waiting));
    const { until, open } = gate();
    const requests = [1, 2].map(() => lambda.invoke('example', { until }, account));
    await expect(lambda.invoke('example', { until }, account)).rejects.toMatchObject(ofAccount);
    open();
    await Promise.all(requests);
  });

  it('that a function reserves is the most that it gets', async () => {
    lambda.createFunction(functionWith(waiting, { reservedConcurrency: 1 }));
    const { until, open } = gate();
    const first = lambda.invoke('example', { until }, account);
    await expect(lambda.invoke('example', { until }, account)).rejects.toMatchObject(ofFunction);
    open();
    await first;
    expect((await lambda.invoke('example', { until }, account)).functionError).toBeUndefined();
  });

  it('that a function reserves is taken from the account’s, also while it does nothing', async () => {
    const concurrency = createConcurrency(103);
    concurrency.reserve('reserved', 3);
    const { promise, resolve } = Promise.withResolvers<void>();
    const requests = Array.from({ length: 100 }, () => concurrency.run('other', () => promise));
    await expect(concurrency.run('another', () => promise)).rejects.toMatchObject(ofAccount);
    await concurrency.run('reserved', async () => {});
    resolve();
    await Promise.all(requests);
    await concurrency.run('another', async () => {});
  });

  it.each([
    [10, 1, '[10]'],
    [1_000, 901, '[100]'],
  ])(
    'of an account with %i cannot be reserved by %i, as AWS refuses it',
    (accountConcurrency, reserved, minimum) => {
      lambda = lambdaWith({ accountConcurrency });
      expect(() => lambda.createFunction(functionWith('', { reservedConcurrency: reserved }))).toThrow(
        `decreases account's UnreservedConcurrentExecution below its minimum value of ${minimum}`,
      );
      lambda.createFunction(functionWith('', { reservedConcurrency: 0 }));
    },
  );

  it('holds asynchronous invocations back, which do not fail by it', async () => {
    lambda = lambdaWith({ accountConcurrency: 1 });
    lambda.createFunction(functionWith(waiting, { asyncMaxRetries: 0, timeoutMs: 15 * minuteMs }));
    const { until, open } = gate();
    const first = lambda.invoke('example', { until, label: 'first' }, account);
    lambda.invokeAsync('example', { until, label: 'second' }, account);
    await hasPrinted('began first');
    await clock.advance(60_000);
    open();
    await first;
    await clock.advance(64_000);
    await hasPrinted('began second');
    await hasPrinted('succeeded', 2);
  });
});

describe('an asynchronous invocation', () => {
  const failing = `export const handler = async (event, { awsRequestId }) => {
    console.log('attempt', awsRequestId);
    throw new Error('no');
  };`;
  const onFailureArn = 'arn:aws:sqs:us-east-1:000000000000:failed';

  it('is tried again after one and two more minutes under one id, then recorded in the on-failure queue', async () => {
    lambda.createFunction(functionWith(failing, { onFailureArn }));
    const { requestId } = lambda.invokeAsync('example', { a: 1 }, account);
    await hasPrinted('failed with', 1);
    await clock.advance(minuteMs - 1);
    await hasPrinted('attempt', 1);
    await clock.advance(1);
    await hasPrinted('failed with', 2);
    await clock.advance(2 * minuteMs);
    await vi.waitFor(() => expect(records).toHaveLength(1), patience);
    await hasPrinted(`attempt ${requestId}`, 3);
    expect(records[0]?.queueArn).toBe(onFailureArn);
    expect(JSON.parse(records[0]?.body ?? '')).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:03:00.000Z',
      requestContext: {
        requestId,
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:example:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no', trace: expect.any(Array) },
    });
  });

  it('is dropped with an error in the report if there is no destination', async () => {
    lambda.createFunction(functionWith(failing, { asyncMaxRetries: 0 }));
    const { requestId } = lambda.invokeAsync('example', {}, account);
    await hasPrinted(`${requestId} failed for good (RetriesExhausted) and was dropped`);
  });

  it('waits out a throttle without counting it as an attempt, until its age runs out', async () => {
    lambda.createFunction(
      functionWith(failing, { reservedConcurrency: 0, asyncMaxEventAgeMs: minuteMs, onFailureArn }),
    );
    lambda.invokeAsync('example', {}, account);
    await clock.advance(30_000);
    expect(records).toHaveLength(0);
    await clock.advance(30_000);
    expect(JSON.parse(records[0]?.body ?? '').requestContext).toMatchObject({
      condition: 'EventAgeExceeded',
      approximateInvokeCount: 0,
    });
  });

  it('is refused over 1 MB', () => {
    lambda.createFunction(functionWith(failing));
    expect(() => lambda.invokeAsync('example', 'x'.repeat(1_048_575), account)).toThrow(
      'smaller than 1048576 bytes',
    );
  });
});

describe('a permission', () => {
  const events = 'events.amazonaws.com';
  const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/bus/create';

  it('opens a function to one service and to the sources that fit its pattern', async () => {
    lambda.createFunction(functionWith('export const handler = () => "ran";'));
    const invokeBy = (principal: string, sourceArn: string) =>
      lambda.invoke('example', {}, { principal, sourceArn });
    expectDenial('lambda:InvokeFunction');
    await expect(invokeBy(events, ruleArn)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
    });
    lambda.addPermission({
      functionName: 'example',
      principal: events,
      sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/bus/*',
    });
    expect((await invokeBy(events, ruleArn)).payload).toBe('ran');
    await expect(invokeBy('apigateway.amazonaws.com', ruleArn)).rejects.toThrow('no resource-based policy');
    await expect(
      invokeBy(events, 'arn:aws:events:us-east-1:000000000000:rule/other/create'),
    ).rejects.toThrow();
  });

  it('holds for the qualifier that it names', async () => {
    lambda.createFunction(
      functionWith('export const handler = (event, context) => context.functionVersion;'),
    );
    const version = 'arn:aws:lambda:us-east-1:000000000000:function:example:1';
    expectDenial('lambda:InvokeFunction');
    lambda.addPermission({ functionName: version, principal: events });
    expect((await lambda.invoke(version, {}, { principal: events })).payload).toBe('1');
    await expect(lambda.invoke('example', {}, { principal: events })).rejects.toThrow('not authorized');
  });

  it('needs a function that exists', () => {
    expect(() => lambda.addPermission({ functionName: 'nobody', principal: events })).toThrow(
      'Function not found: nobody',
    );
  });

  it.each([
    [
      'arn:aws:execute-api:us-east-1:*:abc/*/GET/x',
      'arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/x',
      true,
    ],
    ['arn:aws:execute-api:us-east-1:*:abc/*/*', 'arn:aws:execute-api:us-east-1:000000000000:abc/a:b/c', true],
    ['arn:aws:execute-api:*:abc/*', 'arn:aws:execute-api:us-east-1:000000000000:abc/x', false],
    ['arn:aws:sqs:us-east-1:000000000000:a.c', 'arn:aws:sqs:us-east-1:000000000000:abc', false],
    ['arn:aws:sqs:us-east-1:000000000000:a?c', 'arn:aws:sqs:us-east-1:000000000000:abc', true],
  ])('compares %s with %s part by part: %s', (pattern, arn, fits) => {
    expect(arnLike(pattern, arn)).toBe(fits);
  });
});
