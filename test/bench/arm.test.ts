import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startArm, startEnvironments } from '../../bench/stage/arm.ts';
import { startFresh } from '../../bench/stage/fresh-process.ts';
import { crowdArm } from '../../bench/stage/modules.ts';

async function moduleWith(source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-arm-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'index.mjs');
  await writeFile(path, source);
  return path;
}

async function armWith(source: string) {
  const arm = await startArm('example', await moduleWith(source), {});
  onTestFinished(() => arm.stop());
  return arm;
}

it('an arm counts the CPU time of its handler', async () => {
  const arm = await armWith(`export const handler = ({ ms }) => {
    for (const end = process.cpuUsage().user + ms * 1000; process.cpuUsage().user < end; );
  }`);
  const { cpuUs } = await arm.serve([{ ms: 20 }, { ms: 20 }]);
  expect(cpuUs).toBeGreaterThanOrEqual(40_000);
});

it('an arm serves one request at a time, in their order', async () => {
  const arm = await armWith(`
    let running = 0;
    let served = 0;
    export const handler = async (number) => {
      running += 1;
      await new Promise(setImmediate);
      if (running > 1 || number !== served) throw new Error('at the same time, or in another order');
      served += 1;
      running -= 1;
    }`);
  await Promise.all([arm.serve([0, 1]), arm.serve([2]), arm.serve([3, 4])]);
});

it('an arm that is a server runs its requests at the same time', async () => {
  const module = await moduleWith(`
    const both = Promise.withResolvers();
    let running = 0;
    export const handler = () => {
      running += 1;
      if (running === 2) both.resolve();
      return both.promise;
    }`);
  const arm = await startArm('example', module, {}, { isServer: true });
  onTestFinished(() => arm.stop());
  await Promise.all([arm.serve([{}]), arm.serve([{}])]);
});

/** Environments of a handler that expects to be told how many requests its own environment has had. */
async function environmentsOf(count: number) {
  const module = await moduleWith(`
    let served = 0;
    export const handler = (number) => {
      served += 1;
      if (served !== number) throw new Error('request ' + served + ' of this environment');
    }`);
  const environments = await startEnvironments('example', module, {}, count);
  onTestFinished(() => environments.stop());
  return environments;
}

it('requests at the same time go to different environments, and one too many waits for the first that is free', async () => {
  const { serve } = await environmentsOf(2);
  await Promise.all([serve([1]), serve([1]), serve([2])]);
});

it('requests one after the other go to the same environment', async () => {
  const { serve } = await environmentsOf(3);
  for (const number of [1, 2, 3]) await serve([number]);
});

it.each([
  ["throw new RangeError('too small')", 'The arm example has failed: RangeError: too small'],
  ['return { statusCode: 503 }', 'The arm example has failed: Error: {"statusCode":503}'],
  ['process.exit(3)', 'The arm example has ended (3).'],
])('a handler that does %j is no result', async (source, message) => {
  const arm = await armWith(`export const handler = async () => { ${source} }`);
  await expect(arm.serve([{}])).rejects.toThrow(message);
});

it('an arm that has ended says so', async () => {
  const arm = await armWith('export const handler = () => {}');
  await arm.stop();
  await expect(arm.serve([{}])).rejects.toThrow('The arm example has ended (SIGKILL).');
});

it('a fresh process imports, answers one event and ends, also with a connection open', async () => {
  const bundle = await moduleWith(`
    setInterval(() => {}, 1_000);
    export const handler = async (event) => {
      if (event.name !== 'first') throw new Error('unknown');
    }`);
  const { cpuMs, ms } = await startFresh(bundle, {}, { name: 'first' });
  expect(cpuMs).toBeGreaterThan(0);
  expect(ms).toBeGreaterThan(0);
  await expect(startFresh(bundle, {}, { name: 'second' })).rejects.toThrow('has failed: Error: unknown');
});

it('an arm of a crowd serves as its bundle does, and does nothing without an event', async () => {
  const bundle = await moduleWith(`export const handler = ({ title }) => { throw new Error(title); }`);
  const arm = await startArm('example', crowdArm, { CROWD_BUNDLE: bundle });
  onTestFinished(() => arm.stop());
  await arm.serve([null]);
  await expect(arm.serve([{ title: 'It has the event.' }])).rejects.toThrow('It has the event.');
});
