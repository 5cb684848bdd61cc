import { sql } from 'drizzle-orm';
import { type Action, actions } from '../../../functions/core/status.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import type { FirstEdition } from '../../support/first-edition.ts';
import { type Change, type Client, everything, oneOf, type Random, scopes, shuffled } from './client.ts';
import { liveAtRandom } from './living-changes.ts';

/** One change at random, by a database with `makeMovedUp`; answers the user and version of each inbox that it changed. */
export async function changeAtRandom(
  client: Client,
  user_ids: readonly string[],
  random: Random,
): Promise<Change[]> {
  const { database, repository, told } = client;
  const user_id = oneOf(user_ids, random);
  const scope = oneOf([null, null, ...scopes], random);
  const type = oneOf(['build', 'promo', 'booking'], random);
  const types = oneOf([[], [type]], random);
  const create = async (recipients: readonly string[], key: string | null) => {
    const optional = type === 'promo' ? { type, isDefaultOn: true } : null;
    const rule = ruleOf({ scope, optional, type: type === 'booking' ? type : null });
    // The scope is the settings', so a repeated key means the same command.
    const content = contentOf(key === null ? { metadata: { type } } : { metadata: { type: 'build' } });
    const created = await repository.create(content, key === null ? rule : ruleOf(), recipients, key);
    return created.flatMap(({ created, inbox }) =>
      created ? [{ user_id: inbox.user_id, version: inbox.version }] : [],
    );
  };
  const some = async () => (await repository.list(user_id, { ...everything, limit: 10 })).notifications;
  const mark = async (action: Action) => {
    const notifications = await some();
    const target = notifications[random(Math.max(1, notifications.length))];
    const marked = target && (await repository.mark(user_id, target.id, action));
    if (!marked?.changed) return [];
    const { id, version, status, metadata } = marked.notification;
    if (metadata.type === 'booking' && (action === 'read' || action === 'archive'))
      told.add(`${user_id}:${version}:${id}:notification.${status}`);
    return [{ user_id, version }];
  };
  const markMany = async () => {
    const marks = (await some()).map(({ id, position }) => ({
      id,
      position: oneOf([position, null], random),
    }));
    if (marks.length === 0) return [];
    const { updated, inbox } = await repository.markMany(user_id, oneOf(actions, random), marks);
    return updated.length > 0 ? [{ user_id, version: inbox.version }] : [];
  };
  const within = async (method: 'readAll' | 'archiveRead', before_position: number | null) => {
    const { updated, inbox } = await repository[method](user_id, { before_position, scope, types });
    return updated > 0 ? [{ user_id, version: inbox.version }] : [];
  };
  const see = async () => {
    const before = oneOf(
      [Number.MAX_SAFE_INTEGER, ...(await some()).map(({ position }) => position)],
      random,
    );
    const { changed, inbox } = await repository.seen(user_id, before, scope);
    return changed ? [{ user_id, version: inbox.version }] : [];
  };
  const moveUp = async () => {
    const target = oneOf([null, ...(await some())], random);
    if (!target) return [];
    const [moved] = await database.execute<{ version: string }>(
      sql`SELECT moved_up(${user_id}, ${target.id}) AS version`,
    );
    return moved?.version ? [{ user_id, version: Number(moved.version) }] : [];
  };
  /** A transaction that holds its locks for a while. */
  const late = async (change: () => Promise<Change[]>) => {
    await database.execute(sql`BEGIN`);
    const changed = await change();
    await database.execute(sql`SELECT pg_sleep(${(5 + random(25)) / 1_000})`);
    await database.execute(sql`COMMIT`);
    return changed;
  };
  const undone = async (change: () => Promise<Change[]>) => {
    await database.execute(sql`BEGIN`);
    await change();
    await database.execute(sql`ROLLBACK`);
    return [];
  };

  switch (random(30)) {
    case 0:
      return create(shuffled(user_ids, random).slice(0, 1 + random(user_ids.length)), null);
    case 1:
      return create(shuffled(user_ids, random), `key-${random(20)}`);
    case 2:
      return within('readAll', null);
    case 3:
      return within('readAll', 1 + random(500));
    case 4:
      return late(() => create([user_id], null));
    case 5:
      return late(() => mark('read'));
    case 6:
      return undone(() => create([user_id], 'undone'));
    case 7:
      return within('archiveRead', null);
    case 8:
    case 9:
      return markMany();
    case 10:
    case 11:
      return see();
    case 12:
      await repository.choose(
        user_id,
        oneOf(
          [
            { off: ['promo'], on: [] },
            { off: [], on: ['promo'] },
          ],
          random,
        ),
      );
      return [];
    case 13:
      return moveUp();
    case 14:
    case 15:
      return create([user_id], null);
    case 16:
    case 17:
    case 18:
      return mark(oneOf(actions, random));
    case 19:
      return late(() => liveAtRandom(client, user_ids, random));
    default:
      return liveAtRandom(client, user_ids, random);
  }
}

/** One change at random by the statements of the first edition. */
export async function changeByFirstEdition(
  functions: FirstEdition,
  user_ids: readonly string[],
  random: Random,
): Promise<Change[]> {
  const user_id = oneOf(user_ids, random);
  const create = async (recipients: readonly string[], key: string | null) => {
    const content = contentOf({ metadata: { type: 'build' } });
    const rows = (await functions.create(content, recipients, key)) ?? [];
    return rows.flatMap(({ user_id, version, created }) => (created ? [{ user_id, version }] : []));
  };
  switch (random(6)) {
    case 0:
      return create(shuffled(user_ids, random), `key-${random(20)}`);
    case 1:
      return create([user_id], null);
    case 2: {
      const { updated, version } = await functions.readAll(user_id, oneOf([null, 1 + random(500)], random));
      return updated > 0 ? [{ user_id, version }] : [];
    }
    default: {
      const rows = await functions.list(user_id, 10);
      const target = rows[random(Math.max(1, rows.length))];
      const marked = target && (await functions.mark(user_id, target.id, oneOf(actions, random)));
      return marked?.changed ? [{ user_id, version: marked.version }] : [];
    }
  }
}
