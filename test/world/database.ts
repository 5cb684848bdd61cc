import type { Bounds } from '../../functions/core/feed.ts';
import type { InboxState, Notification } from '../../functions/core/notification.ts';
import type { ChangedWithin, NotificationRepository } from '../../functions/core/ports.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type { RetentionRepository } from '../../functions/core/retention.ts';
import type { Status } from '../../functions/core/status.ts';
import { createInMemoryRepository } from '../fakes/in-memory-repository.ts';
import type { Invocation } from './invocation.ts';
import type { Entry, Journal } from './journal.ts';
import type { Loop } from './loop.ts';
import { Outage, type Weather } from './weather.ts';

/** How long a transaction may hang before it commits after all. */
const latestCommitMs = 20_000;

/** The database, whose every commit is written down in the journal, as the functions reach it. */
export function createDatabase({
  loop,
  weather,
  journal,
  mostChanges,
  scopes,
}: {
  loop: Loop;
  weather: Weather;
  journal: Journal;
  mostChanges: number;
  scopes: readonly string[];
}) {
  const model = createInMemoryRepository(loop.now, { scopes, mostChanges });

  function commit({ burst_count, ...state }: ChangedInbox, entry: Omit<Entry, 'state' | 'burst_count'>) {
    journal.commit({ ...entry, state, burst_count });
  }

  /** Writes down a change of many, if there was one. */
  function commitWithin(
    kind: 'read_all' | 'archived_read',
    { scope, types }: Bounds,
    { updated, before_position, inbox }: ChangedWithin,
  ): void {
    if (updated > 0) commit(inbox, { kind, bounds: { before_position, scope, types } });
  }

  /** The model, and beside it the journal. */
  const written: Pick<
    NotificationRepository,
    'create' | 'mark' | 'markMany' | 'readAll' | 'archiveRead' | 'seen' | 'choose'
  > &
    Pick<RetentionRepository, 'purge'> = {
    async create(content, rule, user_ids, key) {
      const stored = await model.create(content, rule, user_ids, key);
      // In the order of the commits, which is not that of the answer.
      for (const { notification, created, inbox } of stored) {
        if (notification && created) commit(inbox, { kind: 'create', row: notification });
        if (notification) journal.stored(notification, inbox, created);
        else journal.suppressed(inbox, content);
      }
      return stored;
    },
    async mark(user_id, id, action) {
      const marked = await model.mark(user_id, id, action);
      if (marked?.changed) commit(marked.inbox, { kind: 'mark', row: marked.notification });
      return marked;
    },
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
        for (const id of ids) if (!(await model.find(user_id, id))) journal.deleted(user_id, id);
      }
      return purged;
    },
  };

  async function moveUp(
    user_id: string,
    id: number,
  ): Promise<{ state: InboxState; notification: Notification } | undefined> {
    model.moveUp(user_id, id);
    const notification = await model.find(user_id, id);
    if (!notification) return undefined;
    const state = await model.inbox(user_id);
    commit({ ...state, burst_count: 0 }, { kind: 'move', row: notification });
    return { state, notification };
  }

  /** What may go wrong on the way to the database and back. */
  async function ask<Answer>(
    { dice, step }: Invocation,
    name: string,
    run: () => Promise<Answer>,
    isWrite = true,
  ) {
    const isFailing = dice.chance(weather.databaseFailure);
    const isFailingEarly = isFailing && dice.chance(0.5);
    const isLate = isWrite && dice.chance(weather.lateCommit);
    return step(name, async () => {
      if (isFailingEarly) throw new Outage();
      if (isLate) loop.after(dice.below(latestCommitMs), () => void run().catch(() => {}));
      const answer = isLate ? undefined : await run();
      if (isFailing || answer === undefined) throw new Outage();
      return answer;
    });
  }

  return {
    model,
    /** The database as one run of a function sees it. */
    repositoryOf(invocation: Invocation): NotificationRepository & RetentionRepository {
      const write = <Answer>(name: string, run: () => Promise<Answer>) => ask(invocation, name, run);
      const read = <Answer>(name: string, run: () => Promise<Answer>) => ask(invocation, name, run, false);
      // These may answer undefined, which would look like no answer. So their answer is wrapped.
      const wrapped = async <Answer>(name: string, run: () => Promise<Answer>) =>
        (await ask(invocation, name, async () => ({ answer: await run() }))).answer;
      return {
        create: (content, rule, user_ids, key) =>
          write('create', () => written.create(content, rule, user_ids, key)),
        mark: (user_id, id, action) => wrapped(action, () => written.mark(user_id, id, action)),
        markMany: (user_id, action, marks) => write('mark', () => written.markMany(user_id, action, marks)),
        readAll: (user_id, bounds) => write('read-all', () => written.readAll(user_id, bounds)),
        archiveRead: (user_id, bounds) => write('archive-read', () => written.archiveRead(user_id, bounds)),
        seen: (user_id, bound, scope) => write('seen', () => written.seen(user_id, bound, scope)),
        choose: (user_id, choices) => write('choose', () => written.choose(user_id, choices)),
        choices: (user_id) => read('choices', () => model.choices(user_id)),
        list: (user_id, query) => read('list', () => model.list(user_id, query)),
        inbox: (user_id) => read('inbox', () => model.inbox(user_id)),
        changes: (user_id, since) => read('changes', () => model.changes(user_id, since)),
        find: (user_id, id) => model.find(user_id, id),
        due: (bounds, after) => read('due', () => model.due(bounds, after)),
        purge: (due, bounds) => write('purge', () => written.purge(due, bounds)),
        unreadCounts: async () => ({ inboxes: 0, percentiles: [] }),
      };
    },
    /** Makes a notification unread and unseen again at the top, as commands will that edit one. Undefined if it is gone. */
    moveUp: (invocation: Invocation, user_id: string, id: number) =>
      ask(invocation, 'move up', async () => ({ moved: await moveUp(user_id, id) })),
    /** One user's inbox as it truly is, also the archived ones if they are wanted; newest first. */
    truth: (user_id: string, statuses: readonly Status[] = ['unread', 'read']) =>
      model.list(user_id, { limit: 100_000, before_position: null, statuses, scope: null, types: [] }),
  };
}
