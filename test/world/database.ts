import type { NotificationRepository } from '../../functions/core/ports.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type { RetentionRepository } from '../../functions/core/retention.ts';
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
}: {
  loop: Loop;
  weather: Weather;
  journal: Journal;
  mostChanges: number;
}) {
  const model = createInMemoryRepository(loop.now, mostChanges);

  function commit(user_id: string, inbox: ChangedInbox, entry: Omit<Entry, 'unread_count' | 'burst_count'>) {
    journal.commit(user_id, inbox.version, { ...inbox, ...entry });
  }

  /** The model, and beside it the journal. */
  const written: Pick<NotificationRepository, 'create' | 'mark' | 'readAll'> &
    Pick<RetentionRepository, 'purge'> = {
    async create(content, user_ids, key) {
      const stored = await model.create(content, user_ids, key);
      // In the order of the commits, which is not that of the answer.
      for (const { notification, created, inbox } of stored) {
        const { user_id } = notification;
        if (created) commit(user_id, inbox, { kind: 'create', row: notification });
        journal.stored(notification, inbox, created);
      }
      return stored;
    },
    async mark(user_id, id, action) {
      const marked = await model.mark(user_id, id, action);
      if (marked?.changed) commit(user_id, marked.inbox, { kind: 'mark', row: marked.notification });
      return marked;
    },
    async readAll(user_id, bound) {
      const read = await model.readAll(user_id, bound);
      const { updated, before_id, inbox } = read;
      if (updated > 0) commit(user_id, inbox, { kind: 'read_all', before_id });
      return read;
    },
    async purge(due, bounds) {
      const purged = await model.purge(due, bounds);
      for (const { user_id, archived, deleted } of purged) {
        if (archived + deleted === 0) continue;
        const inbox = await model.inbox(user_id);
        commit(user_id, { ...inbox, burst_count: 0 }, { kind: 'purge' });
        const ids = due.flatMap((one) => (one.user_id === user_id ? one.ids : []));
        for (const id of ids) if (!(await model.find(user_id, id))) journal.deleted(user_id, id);
      }
      return purged;
    },
  };

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
        create: (content, user_ids, key) => write('create', () => written.create(content, user_ids, key)),
        mark: (user_id, id, action) => wrapped(action, () => written.mark(user_id, id, action)),
        readAll: (user_id, bound) => write('read-all', () => written.readAll(user_id, bound)),
        list: (user_id, query) => read('list', () => model.list(user_id, query)),
        inbox: (user_id) => read('inbox', () => model.inbox(user_id)),
        changes: (user_id, since) => read('changes', () => model.changes(user_id, since)),
        find: (user_id, id) => model.find(user_id, id),
        due: (bounds, after) => read('due', () => model.due(bounds, after)),
        purge: (due, bounds) => write('purge', () => written.purge(due, bounds)),
        unreadCounts: async () => ({ inboxes: 0, percentiles: [] }),
      };
    },
    /** One user's inbox as it truly is, without the archived ones; newest first. */
    truth: (user_id: string) =>
      model.list(user_id, { limit: 100_000, before_id: null, statuses: ['unread', 'read'], type: null }),
  };
}
