import type { CreateContent } from '../../../functions/core/notification-repository.ts';
import type { Fired } from '../../../functions/core/timers.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import {
  type Change,
  type Client,
  everything,
  oneOf,
  type Random,
  type SleepLog,
  shuffled,
} from './client.ts';

const group = { key: '', title: '{count} bookings', body: null };
const buttons = [
  { id: 'accept', label: 'Accept' },
  { id: 'decline', label: 'Decline' },
];

/** One change at random that only a notification that lives can have; answers the inboxes that it changed. */
export async function liveAtRandom(
  { repository, timers, sleeps }: Client,
  user_ids: readonly string[],
  random: Random,
): Promise<Change[]> {
  const user_id = oneOf(user_ids, random);
  const recipients = shuffled(user_ids, random).slice(0, 1 + random(user_ids.length));
  /** So soon that the ticks of the same run meet it. */
  const soon = () => new Date(Date.now() + 20 + random(200)).toISOString();
  const changed = (outcomes: readonly { changed: boolean; inbox: Change }[]): Change[] =>
    outcomes.flatMap(({ changed, inbox }) =>
      changed ? [{ user_id: inbox.user_id, version: inbox.version }] : [],
    );

  async function target() {
    const { notifications } = await repository.list(user_id, { ...everything, limit: 10 });
    return notifications[random(Math.max(1, notifications.length))];
  }

  async function create(content: Partial<CreateContent>, key: string | null): Promise<Change[]> {
    const scope = oneOf([null, 'organizer'], random);
    const created = await repository.create(contentOf(content), ruleOf({ scope }), recipients, key);
    return changed(created.map((one) => ({ changed: one.created || one.grouped, inbox: one.inbox })));
  }

  async function snooze(): Promise<Change[]> {
    const [row, until] = [await target(), soon()];
    const snoozed = row && (await repository.snooze(user_id, row.id, until));
    if (snoozed?.changed) {
      const { id, version } = snoozed.notification;
      log(sleeps, id, { version, until: Date.parse(until) });
    }
    return changed(snoozed ? [snoozed] : []);
  }

  async function press(): Promise<Change[]> {
    const [row, button] = [await target(), oneOf(buttons, random).id];
    if (!row) return [];
    const answer = await repository[oneOf(['press', 'unpress'] as const, random)](user_id, row.id, button);
    return changed(answer && answer !== 'taken' ? [answer] : []);
  }

  async function retract(): Promise<Change[]> {
    const which = oneOf(
      [{ idempotency_key: `key-${random(20)}` }, { group_key: `group-${random(3)}` }],
      random,
    );
    const retracted = await repository.retract(which, recipients, []);
    return changed(retracted.map(({ ids, inbox }) => ({ changed: ids.length > 0, inbox })));
  }

  const number = random(3);
  // Others every moment, because what is retracted stays so.
  const key = `live-${Math.floor(Date.now() / 200)}-${number}`;
  const grouped = { group: { ...group, key: `group-${number}` }, actor_id: oneOf(user_ids, random) };
  switch (random(14)) {
    case 0:
    case 1:
      return create(grouped, null);
    case 2:
      // A repeated key means the same command.
      return create({ group: grouped.group }, `group-key-${number}-${random(10)}`);
    case 3:
      return create({ actions: buttons, alert_after: 1, expires_at: oneOf([null, soon()], random) }, null);
    case 4: {
      const patch = {
        title: `Title ${random(5)}`,
        ...oneOf([{}, { expires_at: oneOf([null, soon()], random) }], random),
      };
      const used = oneOf([key, key, `group-key-${number}-${random(10)}`], random);
      return changed(await repository.update(patch, random(2) === 0, recipients, used, []));
    }
    case 5:
      return retract();
    case 6:
    case 7:
      return snooze();
    case 8: {
      const row = await target();
      const unsnoozed = row && (await repository.unsnooze(user_id, row.id));
      return changed(unsnoozed ? [unsnoozed] : []);
    }
    case 9:
      return press();
    case 10:
    case 11:
      return create({ title: 'Live' }, key);
    default:
      return changesOf((await timers.fire([])).fired, sleeps);
  }
}

/** The changes that a tick has made, of which it writes down when notifications woke. */
export function changesOf(fired: readonly Fired[], sleeps: SleepLog): Change[] {
  return fired.flatMap((one) => {
    if (one.outcome === 'skipped') return [];
    const { user_id, version } = one.inbox;
    if (one.outcome === 'woken')
      log(sleeps, one.notification.id, { version, wokenAt: Date.parse(one.notification.updated_at) });
    return [{ user_id, version }];
  });
}

function log(
  sleeps: SleepLog,
  id: number,
  entry: { version: number; until?: number; wokenAt?: number },
): void {
  sleeps.set(id, [...(sleeps.get(id) ?? []), entry]);
}

/** What a tick has done too early, or twice: notifications that woke without a snooze that had ended. */
export function wrongWakes(sleeps: SleepLog): unknown[] {
  return [...sleeps].flatMap(([id, entries]) =>
    entries
      .toSorted((one, other) => one.version - other.version)
      .flatMap((entry, index, all) => {
        if (entry.wokenAt === undefined) return [];
        const before = all[index - 1];
        return before?.until !== undefined && before.until <= entry.wokenAt ? [] : [{ id, before, entry }];
      }),
  );
}

/** Rows ($1: users) that break a rule of notifications that live. One statement, so all of it is of one moment. */
export const wrongRows = `
  SELECT 'two open' AS problem, user_id, min(id) AS id FROM notifications
    WHERE user_id = ANY ($1) AND group_open GROUP BY user_id, group_key HAVING count(*) > 1
  UNION ALL
  SELECT 'open but not unread', user_id, id FROM notifications WHERE user_id = ANY ($1) AND group_open AND status <> 'unread'
  UNION ALL
  SELECT 'snoozed without a time, or a time without being snoozed', user_id, id FROM notifications
    WHERE user_id = ANY ($1) AND ((status = 'snoozed') <> (snoozed_until IS NOT NULL) OR (status = 'snoozed') <> (snoozed_from IS NOT NULL))
  UNION ALL
  SELECT 'an alert of what is not unread', user_id, id FROM notifications
    WHERE user_id = ANY ($1) AND alert_at IS NOT NULL AND status <> 'unread'
  UNION ALL
  SELECT 'expired too early', user_id, id FROM notifications WHERE user_id = ANY ($1) AND is_expired AND expires_at > clock_timestamp()
  UNION ALL
  SELECT 'content of a retracted one', user_id, id FROM notifications WHERE user_id = ANY ($1) AND status = 'retracted'
    AND (title <> '' OR body <> '' OR metadata <> '{}' OR actor_id IS NOT NULL OR actor_ids IS NOT NULL OR actions IS NOT NULL
      OR expires_at IS NOT NULL)
  UNION ALL
  SELECT 'another count than that of its activities', n.user_id, n.id FROM notifications n WHERE user_id = ANY ($1)
    AND group_key IS NOT NULL AND group_count <> (SELECT count(*) FROM activities a WHERE a.user_id = n.user_id AND a.notification_id = n.id)
  UNION ALL
  SELECT 'a position of two', user_id, min(id) FROM notifications WHERE user_id = ANY ($1)
    GROUP BY user_id, coalesce(moved_to, id) HAVING count(*) > 1`;

/** Events ($1: users) that were written twice, or of a notification that was not unread then. */
export const wrongEvents = `
  SELECT 'twice' AS problem, event, notification_id FROM outbox WHERE user_id = ANY ($1)
    GROUP BY event, notification_id, version HAVING count(*) > 1
  UNION ALL
  SELECT 'twice', event, notification_id FROM outbox WHERE user_id = ANY ($1) AND event = 'notification.unread_after'
    GROUP BY event, notification_id HAVING count(*) > 1
  UNION ALL
  SELECT 'too early', event, notification_id FROM outbox WHERE user_id = ANY ($1) AND event = 'notification.unread_after'
    AND (detail->'notification'->>'status' <> 'unread' OR (detail->'notification'->>'alert_at')::timestamptz > created_at)`;

/** What is still due of some users ($1) within a minute. */
export const stillDue = `
  SELECT id FROM notifications WHERE user_id = ANY ($1)
    AND notification_due(status, is_expired, expires_at, alert_at, snoozed_until) < clock_timestamp() + interval '1 minute'`;
