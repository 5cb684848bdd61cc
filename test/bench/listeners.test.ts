import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { machineNow } from '../../bench/method/open-loop.ts';
import { portOf, startChild } from '../../bench/stage/child.ts';
import { startListeners } from '../../bench/stage/listeners.ts';
import { root } from '../support/cached-directory.ts';

/** The gateway of the bench with a socket for each of these ids. */
async function gatewayWith(...ids: string[]) {
  const gateway = await startChild(join(root, 'bench/stage/gateway-process.ts'), []);
  onTestFinished(() => gateway.stop());
  const listeners = await startListeners();
  onTestFinished(() => listeners.stop());
  const address = `127.0.0.1:${portOf(gateway)}`;
  await listeners.open(ids.map((id) => `ws://${address}/${id}`));
  return {
    listeners,
    async post(id: string, create: number): Promise<number> {
      const body = JSON.stringify({ notification: { title: `Booking confirmed ${create}` } });
      const { status } = await fetch(`http://${address}/live/@connections/${id}`, { method: 'POST', body });
      return status;
    },
  };
}

const waitMs = { patient: 20_000, short: 1 };

it('a frame that is posted to a connection is received by its socket, at a time of the clock of the machine', async () => {
  const { listeners, post } = await gatewayWith('a', 'b');
  const before = machineNow();
  expect(await Promise.all([post('a', 1), post('b', 2), post('a', 2)])).toEqual([200, 200, 200]);
  const receipts = await listeners.collect({ from: 1, frames: 3, withinMs: waitMs.patient });
  expect(receipts.map(({ number }) => number).toSorted()).toEqual([1, 2, 2]);
  for (const { at } of receipts) {
    expect(at).toBeGreaterThan(before);
    expect(at).toBeLessThan(machineNow());
  }
});

it('a post to a connection without a socket is answered with 410', async () => {
  const { post } = await gatewayWith('a');
  expect(await post('b', 1)).toBe(410);
});

it('the wait for frames ends without those that do not come', async () => {
  const { listeners, post } = await gatewayWith('a');
  await post('a', 1);
  await listeners.collect({ from: 1, frames: 1, withinMs: waitMs.patient });
  expect(await listeners.collect({ from: 2, frames: 1, withinMs: waitMs.short })).toEqual([]);
});

it('frames of earlier creates, which came too late, are left out', async () => {
  const { listeners, post } = await gatewayWith('a');
  for (const create of [1, 2, 3]) await post('a', create);
  const [receipt] = await listeners.collect({ from: 3, frames: 1, withinMs: waitMs.patient });
  expect(receipt?.number).toBe(3);
});

it('a socket that cannot be opened is an error', async () => {
  const { listeners } = await gatewayWith();
  await expect(listeners.open(['ws://127.0.0.1:9/a'])).rejects.toThrow('ECONNREFUSED');
});
