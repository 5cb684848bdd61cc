import { setTimeout as pause } from 'node:timers/promises';
import type { InboxState, StoredNotification } from '../api.ts';
import { Failure } from '../failure.ts';
import { lateFrame, missingFrame } from '../frame-remedies.ts';
import { checkCount } from '../inbox-count.ts';
import { logOf } from '../installation.ts';
import type { Run } from '../run.ts';
import type { Frame, OpenSocket } from '../socket.ts';
import type { Outcome } from '../step-runner.ts';
import type { CreateSent, FrameCame, Made } from './create.ts';

/** The notification of the check with its inbox at one moment, and the time by `performance.now()` of the request. */
interface Seen extends Made, InboxState {
  at: number;
}

/** The first page has the notification, unread, with the right count. */
export async function list(
  run: Run,
  create: CreateSent,
  frame: FrameCame | undefined,
): Promise<Outcome<Seen>> {
  // A command without an answer may still be on its way.
  const isDone = create.made !== undefined || frame !== undefined;
  const { notification, page } = await findOnPage(run, create.token, isDone ? 0 : run.waitMs);
  checkStatus(notification, 'unread');
  const count = checkCount('The list', create.inboxBefore, page, 1);
  return {
    found: seen(notification, page, create.token),
    detail: `#${notification.id} is there, with ${count}`,
  };
}

async function findOnPage({ api, smokeId, installation, note }: Run, token: string, waitMs: number) {
  const end = performance.now() + waitMs;
  for (;;) {
    const page = await api.firstPage(token);
    const notification = page.data.find(({ metadata }) => metadata.smoke_check === smokeId);
    if (notification) return { notification, page };
    if (performance.now() >= end) break;
    note('it waits for the notification');
    await pause(1_000);
  }
  throw new Failure('The notification is not in the list.', [
    `The command was not processed, or was refused. Look for create_refused and create_failed in ${logOf(installation, 'Create')}, and at the dead letters: docs/operations.md#createsgivenup`,
    'The outputs are those of two installations: take all of one stack.',
    'If it is created later, it stays unread in the inbox of this user.',
  ]);
}

/** The notification can be marked as read, and the count falls. */
export async function markRead({ api }: Run, before: Seen): Promise<Outcome<Seen>> {
  const at = performance.now();
  const { notification, ...state } = await api.mark(before.token, before.id, 'read');
  checkStatus(notification, 'read');
  const count = checkCount('The answer', before, state, -1);
  return {
    found: { ...seen(notification, state, before.token), at },
    detail: `#${before.id} is read, with ${count}`,
  };
}

/** The socket gets the frame of the mark. */
export async function frameOfMark(
  { installation, waitMs, note }: Run,
  socket: OpenSocket,
  mark: Seen,
): Promise<Outcome<true>> {
  const isOfMark = ({ type, version = 0, notification }: Frame) =>
    (notification?.id === mark.id && version === mark.version) ||
    (type === 'inbox.changed' && version >= mark.version);
  note('it waits for the frame');
  const arrival = await socket.find(isOfMark, waitMs);
  if (!arrival) throw missingFrame(installation, waitMs, { functionName: 'Update' });
  const { frame } = arrival;
  if (frame.type === 'inbox.changed') throw lateFrame(installation, 'Update', arrival.at - mark.at);
  return { found: true, detail: `${frame.type} with ${checkCount('The frame', mark, frame, 0)}` };
}

/** The notification leaves the inbox. */
export async function archive({ api }: Run, { id, token }: Made): Promise<Outcome<true>> {
  const { notification } = await api.mark(token, id, 'archive');
  checkStatus(notification, 'archived');
  return { found: true, detail: `#${id} is archived` };
}

const seen = (
  { id }: StoredNotification,
  { user_id, version, unread_count }: InboxState,
  token: string,
): Seen => ({
  ...{ id, token, user_id, version, unread_count },
  at: performance.now(),
});

function checkStatus({ id, status }: StoredNotification, expected: string): void {
  if (status === expected) return;
  throw new Failure(`Notification #${id} is ${status}. It must be ${expected}.`, [
    'Another client of this user may have marked it. Run the check with a user of its own, without --token.',
  ]);
}
