import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionSpec } from '../../../local/lambda/lambda-function.ts';
import { variablesOf } from '../../../local/lambda/lambda-function.ts';
import { functionWith } from '../../support/function-bundle.ts';
import { startAwsEnvironment, variablesOnLambda } from './aws-environment.ts';
import { type Answer, type Environment, traceId } from './environment.ts';
import { startLocalEnvironment } from './local-environment.ts';

/** What one runtime makes of an event: the answer and the log, without what is different each time. */
interface Outcome {
  answer: Answer;
  log: unknown[];
}

/** Runs a handler for one event by AWS's runtime client and by the local runtime. */
async function runBoth(spec: FunctionSpec): Promise<{ aws: Outcome; local: Outcome }> {
  const [aws, local] = await Promise.all(
    [startAwsEnvironment, startLocalEnvironment].map(async (start) => {
      const environment = await start(spec);
      const answer = await environment.invoke({ a: [1, 'ü'] });
      await environment.stop();
      return comparable(answer, environment);
    }),
  );
  if (!aws || !local) throw new Error('Both runtimes answer.');
  return { aws, local };
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Leaves out of stacks what comes after the message, and of messages the files of the runtimes. */
function comparable(answer: Answer, { printed }: Environment): Outcome {
  const withoutStacks = (_key: string, value: unknown) =>
    Array.isArray(value) && value.some((line) => /^ {4}at /.test(String(line)))
      ? value.slice(
          0,
          value.findIndex((line) => /^(Require stack:| {4}at )/.test(String(line))),
        )
      : typeof value === 'string'
        ? value
            .replace(uuid, '<id>')
            .replace(/\n {4}at [\s\S]*/, '')
            .replace(/\nRequire stack:[\s\S]*/, '')
        : value;
  const log = printed
    .filter((line) => line.startsWith('{'))
    .map((line) => ({
      ...JSON.parse(line, withoutStacks),
      ...('timestamp' in JSON.parse(line) && { timestamp: 'now' }),
    }));
  return { answer: JSON.parse(JSON.stringify(answer), withoutStacks), log };
}

const failure = (errorType: string, errorMessage: unknown) => ({
  isFailure: true,
  payload: expect.objectContaining({ errorType, errorMessage }),
});
const exit = (end: string) => failure('Runtime.ExitError', `RequestId: <id> Error: Runtime exited ${end}`);

// Every runtime of Lambda must keep to it, so the expectation is what AWS's own client does.
it.concurrent.each<[what: string, source: string, answer: object, handler?: string, file?: string]>([
  ['an async result', 'export const handler = async ({ a }) => a;', { payload: [1, 'ü'] }],
  ['a result that is not awaited', 'export const handler = () => 5;', { payload: 5 }],
  ['a thenable', 'export const handler = () => ({ then: (resolve) => resolve(7) });', { payload: 7 }],
  ['no result', 'export const handler = async () => {};', { payload: null }],
  ['a bundle that awaits', 'const five = await 5; export const handler = () => five;', { payload: 5 }],
  ['a default export', 'export default { handler: () => 5 };', { payload: 5 }],
  ['a nested export', 'export const all = { create: () => 5 };', { payload: 5 }, 'index.all.create'],
  [
    'CommonJS',
    'exports.handler = () => typeof require;',
    { payload: 'function' },
    'index.handler',
    'index.cjs',
  ],
  ['CommonJS in .js', 'exports.handler = () => 5;', { payload: 5 }, 'index.handler', 'index.js'],
  [
    'a result that is not JSON',
    'export const handler = () => 1n;',
    failure('Runtime.JSONStringifyError', 'Unable to stringify response body'),
  ],
  [
    'an error of a class of its own',
    `class ValidationError extends Error { name = 'ValidationError' }
     export const handler = async () => { throw new ValidationError('title: too long'); };`,
    failure('ValidationError', 'title: too long'),
  ],
  [
    'an error with properties and a cause',
    `export const handler = () => {
       throw Object.assign(new TypeError('no row', { cause: new Error('underneath') }), { row: { id: 1 } });
     };`,
    failure('TypeError', 'no row'),
  ],
  ['a text that is thrown', 'export const handler = () => { throw "plain"; };', failure('string', 'plain')],
  [
    'undefined that is thrown',
    'export const handler = async () => { throw undefined; };',
    failure('undefined', 'undefined'),
  ],
  [
    'a rejection that nothing handles',
    'export const handler = () => new Promise(() => Promise.reject(new Error("lost")));',
    exit('with error: exit status 1'),
  ],
  [
    'an exception outside of the handler',
    'export const handler = () => new Promise(() => setImmediate(() => { throw new RangeError("late"); }));',
    exit('with error: exit status 1'),
  ],
  [
    'a handler that waits for nothing',
    'export const handler = () => new Promise(() => {});',
    exit('without providing a reason'),
  ],
  ['an exit', 'export const handler = () => process.exit(3);', exit('with error: exit status 3')],
  [
    'an exit without a code',
    'export const handler = () => process.exit();',
    exit('without providing a reason'),
  ],
  ['a bundle that throws', 'throw new TypeError("no TABLE");', failure('TypeError', 'no TABLE')],
  [
    'a bundle that does not parse',
    'export const = ;',
    failure('Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token '='"),
  ],
  [
    'a bundle that lacks a package',
    'import "not-installed"; export const handler = 1;',
    failure('Error', expect.stringContaining("Cannot find package 'not-installed'")),
  ],
  [
    'CommonJS that lacks a package',
    'require("not-installed");',
    failure('Runtime.ImportModuleError', "Error: Cannot find module 'not-installed'"),
    'index.handler',
    'index.cjs',
  ],
  [
    'CommonJS that requires an ES module',
    'require("node:fs").writeFileSync(__dirname + "/other.mjs", ""); require("./other.mjs");',
    failure('Error', expect.stringContaining('require() of ES Module')),
    'index.handler',
    'index.cjs',
  ],
  [
    'no bundle',
    '',
    failure('Runtime.ImportModuleError', "Error: Cannot find module 'other'"),
    'other.handler',
  ],
  [
    'no handler',
    'export const other = 1;',
    failure('Runtime.HandlerNotFound', 'index.handler is undefined or not exported'),
  ],
  [
    'a handler that is no function',
    'export const handler = 1;',
    failure('Runtime.HandlerNotFound', 'index.handler is not a function'),
  ],
  ['a name of no export', '', failure('Runtime.MalformedHandlerName', 'Bad handler'), 'index'],
  [
    'a handler with a callback',
    'export const handler = (event, context, done) => done();',
    failure('Runtime.CallbackHandlerDeprecated', expect.stringContaining('removed support for callback')),
  ],
])('answers the same to %s', async (_what, source, answer, handler = 'index.handler', file = 'index.mjs') => {
  const { aws, local } = await runBoth(functionWith(source, { handler }, file));
  expect(aws.answer).toMatchObject({ isFailure: false, ...answer });
  expect(local.answer).toEqual(aws.answer);
});

describe.concurrent('the log', () => {
  const said = `
    console.log('one\\ntwo', { three: 3 });
    console.info({ four: 4 });
    console.warn(new RangeError('five'));
    console.error('six', new TypeError('seven'));
    console.debug('eight');
    process.stdout.write('{"timestamp":"now","nine":9}\\n');`;

  it.each([
    ['of a request', `export const handler = () => {${said}};`],
    ['of the start', `${said}; export const handler = () => 1;`],
    [
      'of an error',
      `export const handler = () => { throw Object.assign(new TypeError('a'), { row: { id: 1 } }); };`,
    ],
    ['of a failed start', `throw Object.assign(new TypeError('a'), { table: 'b' });`],
  ])('%s is the same in the JSON format', async (_what, source) => {
    const { aws, local } = await runBoth(functionWith(source, { logFormat: 'JSON' }));
    expect(aws.log).not.toEqual([]);
    expect(local.log).toEqual(aws.log);
  });

  it('has each entry as one object with its request, and nothing below the level INFO', async () => {
    const { aws } = await runBoth(
      functionWith(`export const handler = () => {${said}};`, { logFormat: 'JSON' }),
    );
    const entry = { timestamp: 'now', requestId: '<id>' };
    expect(aws.log).toEqual([
      { ...entry, level: 'INFO', message: 'one\ntwo { three: 3 }' },
      { ...entry, level: 'INFO', message: { four: 4 } },
      {
        ...entry,
        level: 'WARN',
        message: expect.objectContaining({ errorType: 'RangeError', errorMessage: 'five' }),
      },
      {
        ...entry,
        level: 'ERROR',
        message: 'six TypeError: seven',
        errorType: 'TypeError',
        errorMessage: 'seven',
        stackTrace: expect.any(Array),
      },
      { timestamp: 'now', nine: 9 },
    ]);
  });

  it('is the same in the text format', async () => {
    const spec = functionWith(
      `export const handler = () => { console.log('one', 2); throw new Error('three'); };`,
    );
    const lines = await Promise.all(
      [startAwsEnvironment, startLocalEnvironment].map(async (start) => {
        const environment = await start(spec);
        await environment.invoke({});
        await environment.stop();
        return environment.printed.map((line) =>
          line
            .replace(/^\S+Z\t/, '')
            .replace(uuid, '<id>')
            .replace(/,"stack":.*/, ''),
        );
      }),
    );
    expect(lines[0]).toEqual([
      '<id>\tINFO\tone 2',
      expect.stringMatching(/^<id>\tERROR\tInvoke Error \t\{.*three/),
    ]);
    expect(lines[1]).toEqual(lines[0]);
  });
});

describe('a function', () => {
  it('gets the same context', async () => {
    const source = `export const handler = (event, context) => ({
      ...context,
      names: Object.keys(context).sort(),
      remaining: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 3000,
      trace: process.env._X_AMZN_TRACE_ID,
    });`;
    const { aws, local } = await runBoth(functionWith(source));
    expect(aws.answer.payload).toMatchObject({
      functionName: 'example',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:example',
      memoryLimitInMB: '256',
      awsRequestId: '<id>',
      logGroupName: '/aws/lambda/example',
      xRayTraceId: traceId,
      trace: traceId,
      remaining: true,
    });
    const anyStream = {
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    };
    expect(local.answer.payload).toEqual({ ...Object(aws.answer.payload), ...anyStream });
  });

  it('gets the variables that Lambda documents', () => {
    const spec = functionWith('', {
      environment: { TABLE: 'a' },
      logFormat: 'JSON',
      logGroup: '/belfry/example',
    });
    const documented = variablesOnLambda(spec);
    const local = variablesOf(spec, { region: 'us-east-1', now: 0 });
    // Where Lambda has its files and libraries; this machine has its own.
    const { PATH, LD_LIBRARY_PATH, LAMBDA_RUNTIME_DIR, NODE_PATH, TZ, AWS_LAMBDA_LOG_STREAM_NAME, ...same } =
      documented;
    expect(local).toMatchObject(same);
  });
});

describe('an environment', () => {
  const start = functionSource();
  const environments: Environment[] = [];
  beforeAll(async () => {
    const spec = functionWith(start, { logFormat: 'JSON' });
    environments.push(await startAwsEnvironment(spec), await startLocalEnvironment(spec));
  });
  afterAll(() => Promise.all(environments.map((environment) => environment.stop())));

  const both = (event: string) =>
    Promise.all(environments.map(async (environment) => (await environment.invoke(event)).payload));

  it('serves one event after the other, and keeps its state after an error', async () => {
    expect(await both('count')).toEqual([1, 1]);
    const errors = await both('throw');
    expect(errors).toEqual([failure('Refused', '2').payload, failure('Refused', '2').payload]);
    expect(await both('count')).toEqual([3, 3]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html: Lambda does not wait for what is not awaited.
  it('answers without waiting for timers, and lets them go on with the next event', async () => {
    expect(await both('later')).toEqual(['answered', 'answered']);
    expect(await both('timers')).toEqual([1, 1]);
  });

  it('is gone after a crash', async () => {
    const crash = failure('Runtime.ExitError', expect.stringContaining('exit status 1')).payload;
    expect(await both('crash')).toEqual([crash, crash]);
  });
});

function functionSource(): string {
  return `
    let count = 0;
    let timers = 0;
    class Refused extends Error { name = 'Refused' }
    export const handler = async (event) => {
      count += 1;
      if (event === 'throw') throw new Refused(String(count));
      if (event === 'crash') setImmediate(() => { throw new Error('crash'); });
      if (event === 'crash') return new Promise(() => {});
      if (event === 'later') setTimeout(() => { timers += 1; }, 1);
      if (event === 'later') return 'answered';
      if (event === 'timers') while (timers === 0) await new Promise((resolve) => setImmediate(resolve));
      return event === 'timers' ? timers : count;
    };`;
}
