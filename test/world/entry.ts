import { isDeepStrictEqual } from 'node:util';
import type { Bounds } from '../../functions/core/feed.ts';
import type { InboxFrame } from '../../functions/core/frames.ts';
import type { InboxState, NotificationOrRetracted } from '../../functions/core/notification.ts';
import { type Action, transitions } from '../../functions/core/status.ts';

/** Changes of one row that are pushed as new, and those that are pushed as updated. */
const created = ['create', 'wake'];
const updated = [
  'group',
  'mark',
  'move',
  'update',
  'retract',
  'snooze',
  'unsnooze',
  'press',
  'unpress',
  'expire',
];

/** One committed change of one inbox. */
export interface Entry {
  kind:
    | 'create'
    | 'wake'
    | 'group'
    | 'mark'
    | 'move'
    | 'update'
    | 'retract'
    | 'snooze'
    | 'unsnooze'
    | 'press'
    | 'unpress'
    | 'expire'
    | 'marked'
    | 'read_all'
    | 'archived_read'
    | 'seen'
    | 'purge';
  /** The inbox right after it. */
  state: InboxState;
  burst_count: number;
  /** The one row that it has changed, as it was then. */
  row?: NotificationOrRetracted;
  /** The rows that were changed together, and how. */
  action?: Action | 'retract';
  ids?: readonly number[];
  /** What a change of many was about. */
  bounds?: Bounds;
  /** Its create was repeated, which delivers it again. */
  isRepeated?: boolean;
}

/** Whether a frame says what this change was. */
export function isTrue({ kind, row, bounds, action, ids }: Entry, frame: InboxFrame): boolean {
  switch (frame.type) {
    case 'inbox.changed':
      return true;
    case 'inbox.read_all':
    case 'inbox.archived_read':
    case 'inbox.seen': {
      const { before_position, scope = null, ...rest } = frame;
      const types = 'types' in rest ? rest.types : [];
      return frame.type === `inbox.${kind}` && isDeepStrictEqual({ before_position, scope, types }, bounds);
    }
    case 'inbox.marked': {
      const status = action && (action === 'retract' ? 'retracted' : transitions[action].to);
      const said = { action: frame.action, status: frame.status, ids: frame.ids };
      return kind === 'marked' && isDeepStrictEqual(said, { action, status, ids });
    }
    case 'notification.created':
      // A row that was edited in the millisecond of its create looks as if it was created so.
      return (created.includes(kind) || isAsCreated(row)) && isDeepStrictEqual(frame.notification, row);
    case 'notification.updated':
      return updated.includes(kind) && isDeepStrictEqual(frame.notification, row);
  }
}

const isAsCreated = (row: Entry['row']): boolean =>
  row?.status === 'unread' && row.position === row.id && row.updated_at === row.created_at;
