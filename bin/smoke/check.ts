import { randomUUID } from 'node:crypto';
import { createApi } from './api.ts';
import type { Run, RunOptions } from './run.ts';
import type { Steps } from './step-runner.ts';
import { allowOrigin, connect, ping, reach, signIn } from './steps/access.ts';
import { create, delivery, frameOfCreate } from './steps/create.ts';
import { archive, frameOfMark, list, markRead } from './steps/inbox.ts';
import type { Way } from './way.ts';

/**
 * Does once what apps and backends do with an installation: connects, creates, gets the frame, reads, marks. Then it
 * archives what it has created. A step that needs nothing of a failed one runs all the same.
 * @returns how the frame of the create came; undefined if that is not known
 */
export async function checkInstallation(
  options: RunOptions,
  { step, note }: Steps,
): Promise<Way | undefined> {
  const run: Run = { ...options, note, api: createApi({ ...options, note }), smokeId: randomUUID() };

  const Api = await step('HTTP API', {}, () => reach(run));
  const { origin } = options;
  if (origin !== undefined) await step('Origin', { 'HTTP API': Api }, () => allowOrigin(run, origin));
  const Token = await step('Token', { 'HTTP API': Api }, () => signIn(run));
  const Socket = await step('Socket', { Token }, (given) => connect(run, given.Token));
  await step('Ping', { Socket }, (given) => ping(run, given.Socket));

  const Create = await step('Create', { Token }, (given) => create(run, given.Token));
  const Frame = await step('Frame', { Socket, Create }, (given) =>
    frameOfCreate(run, given.Socket, given.Create),
  );
  const way = await step('Delivery', { Create, Frame }, (given) => delivery(run, given.Create, given.Frame));

  const List = await step('List', { Create }, (given) => list(run, given.Create, Frame));
  const Mark = await step('Mark', { List }, (given) => markRead(run, given.List));
  await step('Mark frame', { Socket, Mark }, (given) => frameOfMark(run, given.Socket, given.Mark));
  const made = List ?? Create?.made ?? Frame?.made;
  await step('Clean up', { Create: made }, (given) => archive(run, given.Create), { isCleanup: true });
  Socket?.close();
  return way;
}
