import type { Bounds } from '../../functions/core/feed.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type {
  ChangedWithin,
  MarkedNotification,
  NotificationRepository,
} from '../../functions/core/notification-repository.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type { RetentionRepository } from '../../functions/core/retention.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';
import type { InMemoryRepository } from '../fakes/in-memory-repository.ts';
import type { Buttons } from './buttons.ts';
import type { Entry } from './entry.ts';
import type { Journal } from './journal.ts';
import type { Timeline } from './timeline.ts';

type Writes = Omit<NotificationRepository, 'list' | 'inbox' | 'changes' | 'find' | 'choices' | 'activities'> &
  Pick<RetentionRepository, 'purge'> &
  Pick<TimerRepository, 'fire'>;

/** Every commit of the model, written down in the journal, in the timeline and among the buttons. */
export function createWrites(
  model: InMemoryRepository,
  journal: Journal,
  timeline: Timeline,
  buttons: Buttons,
) {
  function commit(
    { burst_count, ...state }: ChangedInbox,
    entry: Omit<Entry, 'state' | 'burst_count'>,
  ): void {
    journal.commit({ ...entry, state, burst_count });
    timeline.look(state.user_id);
    if (entry.row) buttons.look(entry.row);
  }

  /** Writes down a change of many, if there was one. */
  function commitWithin(
    kind: 'read_all' | 'archived_read',
    { scope, types }: Bounds,
    { updated, before_position, inbox }: ChangedWithin,
  ): void {
    if (updated > 0) commit(inbox, { kind, bounds: { before_position, scope, types } });
  }

  /** Writes down a change of one row by its user, if there was one. */
  function commitMark<Marked extends MarkedNotification | 'taken' | undefined>(
    kind: Entry['kind'],
    marked: Marked,
  ): Marked {
    if (marked && marked !== 'taken' && marked.changed) {
      commit(marked.inbox, { kind, row: marked.notification });
    }
    return marked;
  }

  const writes: Writes = {
    async create(content, rule, user_ids, key) {
      const stored = await model.create(content, rule, user_ids, key);
      // In the order of the commits, which is not that of the answer.
      for (const { notification, created, grouped, inbox } of stored) {
        if (notification) journal.stored(content, notification.id, inbox, !created && !grouped);
        else {
          journal.suppressed(inbox, content);
          timeline.suppressed(inbox.user_id, content);
        }
        if (notification && (created || grouped)) {
          timeline.created(content, notification);
          commit(inbox, { kind: created ? 'create' : 'group', row: notification });
        }
      }
      return stored;
    },
    async update(patch, realert, user_ids, key, forbidden) {
      const edited = await model.update(patch, realert, user_ids, key, forbidden);
      for (const { notification, changed, inbox } of edited) {
        if (!changed) continue;
        timeline.edited(notification);
        commit(inbox, { kind: 'update', row: notification });
      }
      return edited;
    },
    async retract(which, user_ids, forbidden) {
      const retracted = await model.retract(which, user_ids, forbidden);
      for (const { ids, notification, inbox } of retracted) {
        if (ids.length === 0) continue;
        if (notification) commit(inbox, { kind: 'retract', row: notification });
        else commit(inbox, { kind: 'marked', action: 'retract', ids });
      }
      return retracted;
    },
    mark: async (user_id, id, action) => commitMark('mark', await model.mark(user_id, id, action)),
    snooze: async (user_id, id, until) => commitMark('snooze', await model.snooze(user_id, id, until)),
    unsnooze: async (user_id, id) => commitMark('unsnooze', await model.unsnooze(user_id, id)),
    press: async (user_id, id, button) => commitMark('press', await model.press(user_id, id, button)),
    unpress: async (user_id, id, button) => commitMark('unpress', await model.unpress(user_id, id, button)),
    async markMany(user_id, action, marks) {
      const marked = await model.markMany(user_id, action, marks);
      const { updated: ids, inbox } = marked;
      if (ids.length > 0) commit(inbox, { kind: 'marked', action, ids });
      return marked;
    },
    async readAll(user_id, bounds) {
      const read = await model.readAll(user_id, bounds);
      commitWithin('read_all', bounds, read);
      return read;
    },
    async archiveRead(user_id, bounds) {
      const archived = await model.archiveRead(user_id, bounds);
      commitWithin('archived_read', bounds, archived);
      return archived;
    },
    async seen(user_id, bound, scope) {
      const seen = await model.seen(user_id, bound, scope);
      const { changed, before_position, inbox } = seen;
      if (changed) commit(inbox, { kind: 'seen', bounds: { before_position, scope, types: [] } });
      return seen;
    },
    async choose(user_id, choices) {
      journal.chosen(user_id, choices);
      return model.choose(user_id, choices);
    },
    async purge(due, bounds) {
      const purged = await model.purge(due, bounds);
      for (const { user_id, archived, deleted } of purged) {
        if (archived + deleted === 0) continue;
        const inbox = await model.inbox(user_id);
        commit({ ...inbox, burst_count: 0 }, { kind: 'purge' });
        const ids = due.flatMap((one) => (one.user_id === user_id ? one.ids : []));
        const left = new Set(model.rowsOf(user_id).map(({ id }) => id));
        for (const id of ids) if (!left.has(id)) journal.deleted(user_id, id);
      }
      return purged;
    },
    async fire(leftOut) {
      const result = await model.fire(leftOut);
      for (const each of result.fired) {
        if (each.outcome === 'skipped') continue;
        const { notification, inbox } = each;
        if (each.outcome === 'woken') commit(inbox, { kind: 'wake', row: each.notification });
        else if (notification) commit(inbox, { kind: 'expire', row: notification });
        else commit(inbox, { kind: 'marked', action: 'archive', ids: each.ids });
      }
      return result;
    },
  };

  return {
    ...writes,
    /** Makes a notification unread and unseen again at the top. Undefined if it is gone. */
    async moveUp(user_id: string, id: number) {
      model.moveUp(user_id, id);
      const notification: Notification | undefined = await model.find(user_id, id);
      if (!notification) return undefined;
      const state = await model.inbox(user_id);
      commit({ ...state, burst_count: 0 }, { kind: 'move', row: notification });
      return { state, notification };
    },
  };
}
