import { expect, it, vi } from 'vitest';
import { command, installation, newUser } from '../../support/installation.ts';

// Each environment is a process that starts first, on the cores of this machine.
vi.setConfig({ testTimeout: 300_000 });

/**
 * How many requests are in flight at once. MiniStack runs each of them in an environment of its own, as Lambda does, and each
 * environment needs a connection to the database. A role has 30.
 */
const inFlight = 60;

/** Sends so many requests at once, and says which answer came how often. */
async function wave(send: () => Promise<string>): Promise<Record<string, number>> {
  const answers = await Promise.all(Array.from({ length: inFlight }, send));
  const byAnswer = Map.groupBy(answers, (answer) => answer);
  return Object.fromEntries([...byAnswer].map(([answer, { length }]) => [answer, length]));
}

/** In the second and the third wave, environments that have no connection are used again. */
async function threeWaves(send: () => Promise<string>) {
  return [await wave(send), await wave(send), await wave(send)];
}

it('answers each of three waves of creates that are more than the connections of their role', async () => {
  const belfry = installation();
  const create = async () => {
    const { error } = await belfry.invoke(command(newUser()));
    return error?.errorMessage ?? 'created';
  };
  const all = { created: inFlight };
  expect(await threeWaves(create)).toEqual([all, all, all]);
});

it('answers each of three waves of reads that are more than the connections of their role', async () => {
  const belfry = installation();
  const read = async () => String((await belfry.as(newUser()).get('/notifications')).status);
  const all = { 200: inFlight };
  expect(await threeWaves(read)).toEqual([all, all, all]);
});
