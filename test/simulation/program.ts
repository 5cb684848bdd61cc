import type { Notification } from '../../functions/core/notification.ts';
import { statuses } from '../../functions/core/status.ts';
import { ruleOf } from '../world/policy.ts';
import type { Operation, Within } from './operation.ts';
import { type SimulatedWorld, userId } from './simulated-world.ts';

/** What a program does that has the user's token and is on no page. */
export type ProgramOperation = Extract<Operation, { user: number; kind: (typeof kinds)[number] }>;

const kinds = [
  'mark',
  'mark many',
  'snooze',
  'unsnooze',
  'press',
  'unpress',
  'read all',
  'archive read',
  'see',
  'prefer',
  'move up',
] as const;

export const isOfProgram = (operation: Operation): operation is ProgramOperation =>
  (kinds as readonly string[]).includes(operation.kind);

/** Does what a program does, and waits for its answer. */
export function createProgram({ loop, cloud, journal, users }: SimulatedWorld) {
  /** A row of this user: unread or read, or also archived. */
  async function rowOf(user: string, index: number, isAny = false): Promise<Notification | undefined> {
    const { notifications } = await cloud.database.truth(user, isAny ? statuses : undefined);
    return notifications[index % notifications.length];
  }

  /** Up to some row or to the newest, in a bell or in all of them. */
  async function boundsOf(user: string, { nth, scope, types }: Within): Promise<object> {
    const before_position = nth === null ? undefined : (await rowOf(user, nth))?.position;
    return { before_position, scope, types };
  }

  return async (cause: string, operation: ProgramOperation): Promise<unknown> => {
    const user = userId(operation.user % users.length);
    const post = (path: string, body?: object) =>
      cloud.send(cause, user, `POST /notifications/${path}`, body);
    switch (operation.kind) {
      case 'mark': {
        const row = await rowOf(user, operation.nth);
        return row && post(`${row.id}/${operation.action}`);
      }
      case 'mark many': {
        const { action, nths, isGuarded } = operation;
        const rows = (await Promise.all(nths.map((nth) => rowOf(user, nth, true)))).filter(
          (row) => row !== undefined,
        );
        const positions = isGuarded ? rows.map(({ position }) => position) : undefined;
        return rows.length > 0 && post('mark', { action, ids: rows.map(({ id }) => id), positions });
      }
      case 'snooze': {
        const row = await rowOf(user, operation.nth);
        const until = new Date(loop.now() + operation.seconds * 1_000).toISOString();
        const answer = row && (await post(`${row.id}/snooze`, { until }));
        const { status, snoozed_until } = answer?.status === 200 ? JSON.parse(answer.text).notification : {};
        if (status === 'snoozed' && snoozed_until !== until) {
          journal.violate('timers fire once, in time', `${cause} asked for ${until}, not ${snoozed_until}`);
        }
        return;
      }
      case 'unsnooze': {
        const { notifications } = await cloud.database.truth(user, ['snoozed']);
        const row = notifications[operation.nth % notifications.length];
        return row && post(`${row.id}/unsnooze`);
      }
      case 'press':
      case 'unpress': {
        const rows = (await cloud.database.truth(user, statuses)).notifications.filter((one) => one.actions);
        const row = rows[operation.nth % rows.length];
        const method = operation.kind === 'press' ? 'POST' : 'DELETE';
        const what = `${method} /notifications/${row?.id}/actions/${operation.button}`;
        return row && cloud.send(cause, user, what);
      }
      case 'read all':
        return post('read-all', await boundsOf(user, operation));
      case 'archive read':
        return post('archive-read', await boundsOf(user, operation));
      case 'see': {
        const { scope } = operation;
        const row = await rowOf(user, operation.nth ?? 0);
        return row && post('seen', { before_position: row.position, scope });
      }
      case 'prefer': {
        const { type, isOn } = operation;
        const { status, text } = await cloud.send(cause, user, 'PUT /preferences', {
          types: { [type]: isOn },
        });
        const enabled = status === 200 && JSON.parse(text).types[ruleOf(type)?.name ?? '']?.enabled;
        if (status === 200 && enabled !== isOn) {
          journal.violate('switched off leaves nothing', `${cause} was answered ${text}`);
        }
        return;
      }
      case 'move up': {
        const row = await rowOf(user, operation.nth, true);
        // What it may fail with is looked at where it runs.
        return row && cloud.moveUp(cause, user, row.id).catch(() => {});
      }
    }
  };
}
