/** Many sockets of one server in one process. Sends when each frame has come, and of which create it is, by its title. */
import { once } from 'node:events';
import pLimit from 'p-limit';
import { WebSocket } from 'ws';
import { machineNow } from '../method/open-loop.ts';
import { obeyParent } from './child-process.ts';
import type { Collect, ListenersReply, ListenersRequest, Receipt } from './listeners.ts';
import { failureOf } from './requests.ts';

obeyParent();
/** A server has a short queue of sockets that it has not accepted yet. */
const opening = pLimit(100);
let receipts: Receipt[] = [];
let onReceipt = () => {};

process.on('message', ({ id, open, collect }: ListenersRequest) => {
  if (open) Promise.all(open.map((url) => opening(openSocket, url))).then(() => reply({ id }), fail(id));
  if (collect) waitFor(collect).then((found) => reply({ id, receipts: found }), fail(id));
});
process.send?.('ready');

async function openSocket(url: string): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => {
    const at = machineNow();
    const [, number] = /"title":"Booking confirmed (\d+)"/.exec(data.toString('latin1')) ?? [];
    if (number === undefined) throw new Error(`A frame names no create: ${data.toString().slice(0, 200)}`);
    receipts.push({ number: Number(number), at });
    onReceipt();
  });
  await once(socket, 'open');
  socket.on('close', (code) => {
    throw new Error(`A socket was closed with ${code}.`);
  });
}

/** Resolves with the frames of these creates when all have come, or with those that have come when the time is over. */
async function waitFor({ from, frames, withinMs }: Collect): Promise<Receipt[]> {
  // Frames of earlier creates came too late to be collected.
  receipts = receipts.filter(({ number }) => number >= from);
  const isOver = AbortSignal.timeout(withinMs);
  const { promise, resolve } = Promise.withResolvers<void>();
  onReceipt = () => {
    if (receipts.length >= frames) resolve();
  };
  onReceipt();
  isOver.addEventListener('abort', () => resolve());
  await promise;
  onReceipt = () => {};
  const found = receipts;
  receipts = [];
  return found;
}

function fail(id: number) {
  return (error: unknown) => reply({ id, failure: failureOf(error) });
}

function reply(message: ListenersReply): void {
  process.send?.(message);
}
