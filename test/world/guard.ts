import { Forbidden } from '../../functions/core/errors.ts';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { ScheduleRepository } from '../../functions/core/scheduled.ts';
import { keyedRow, type Row, typeOf } from '../fakes/in-memory-inbox.ts';
import type { InMemoryRepository } from '../fakes/in-memory-repository.ts';
import type { Journal } from './journal.ts';
import { mayCreate, type Sender } from './senders.ts';

type Commands = Pick<NotificationRepository, 'create' | 'update' | 'retract'> &
  Pick<ScheduleRepository, 'schedule'>;

/** Sees that no sender makes or changes what is of a type that it may not create, and that it is refused nothing else. */
export function createGuard(model: InMemoryRepository, journal: Journal, writes: Commands) {
  return (sender: Sender): Commands => {
    const violate = (what: string) =>
      journal.violate('restricted types are their senders’', `${sender} ${what}`);

    function see(what: string, { type }: { type?: unknown }): void {
      if (!mayCreate(sender, type)) violate(`${what} of the type ${type}`);
    }

    const isGuarded = (row: Row) => row.status !== 'retracted' && !mayCreate(sender, typeOf(row));

    /** Lets a sender change rows, if it may change all of them. */
    async function change<Answer>(what: string, rows: readonly Row[], run: () => Promise<Answer>) {
      const guarded = rows.find(isGuarded);
      const answer = await run().catch((error: unknown) => {
        if (error instanceof Forbidden && !guarded) {
          journal.violate('failures are foreseen', `${sender} may ${what} ${rows.map(({ id }) => id)}`);
        }
        throw error;
      });
      if (guarded) violate(`could ${what} ${guarded.id}`);
      return answer;
    }

    return {
      create(content, ...given) {
        see('created', content.metadata);
        return writes.create(content, ...given);
      },
      schedule(command, ...given) {
        see('scheduled', command.metadata);
        return writes.schedule(command, ...given);
      },
      update(patch, isRealert, user_ids, key, forbidden) {
        see('updated to', patch.metadata ?? {});
        const rows = user_ids.flatMap((user_id) => keyedRow({ rows: model.rowsOf(user_id) }, key)?.row ?? []);
        return change('update', rows, () => writes.update(patch, isRealert, user_ids, key, forbidden));
      },
      retract(which, user_ids, forbidden) {
        const rows = user_ids.flatMap((user_id) => rowsOf(model.rowsOf(user_id), which));
        return change('retract', rows, () => writes.retract(which, user_ids, forbidden));
      },
    };
  };
}

/** The rows of a user that a retract is about. */
function rowsOf(rows: readonly Row[], which: Parameters<Commands['retract']>[0]): readonly Row[] {
  if ('group_key' in which) return rows.filter(({ group_key }) => group_key === which.group_key);
  const keyed = keyedRow({ rows }, which.idempotency_key);
  return keyed ? [keyed.row] : [];
}
