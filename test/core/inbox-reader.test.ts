import { beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '../../functions/core/errors.ts';
import { parseActivitiesQuery, parseFeedQuery } from '../../functions/core/feed.ts';
import { createInboxReader } from '../../functions/core/inbox-reader.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { CreateContent } from '../../functions/core/notification-repository.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

const policy = policyOf({
  scopes: ['attendee', 'organizer'],
  types: { promo: {}, digest: { default: 'off' }, payout: { critical: true } },
});
const counted = (unread_count: number) => ({ unread_count, unseen_count: unread_count });
/** The state of Alice's inbox, in which all notifications are unseen and without a scope. */
const stateOf = (version: number, unread_count: number) => ({
  ...inboxState(alice, version, unread_count),
  scopes: { attendee: counted(unread_count), organizer: counted(unread_count) },
});

let repository: InMemoryRepository;
let inbox: ReturnType<typeof createInboxReader>;

beforeEach(() => {
  repository = createInMemoryRepository(() => Date.UTC(2026, 0, 1), policy);
  inbox = createInboxReader({ repository, policy });
});

const query = (parameters: Record<string, string>) => parseFeedQuery(parameters, policy.scopes);

async function create(
  changes: Partial<CreateContent> = {},
  key: string | null = null,
): Promise<Notification> {
  const [outcome] = await repository.create(contentOf(changes), ruleOf(), [alice], key);
  const notification = outcome?.notification;
  if (!notification || notification.status === 'retracted') throw new Error('create answered nothing');
  return notification;
}

describe('The feed', () => {
  it('leads through all pages by its cursors, newest first, and ends with null', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await create()).id);
    const seen: number[][] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await inbox.list(alice, query({ limit: '2', ...(cursor && { cursor }) }));
      seen.push(page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it('goes on at positions, also for what has moved up meanwhile', async () => {
    const [first, second, third] = [await create(), await create(), await create()];
    const page = await inbox.list(alice, query({ limit: '2' }));
    repository.moveUp(alice, first.id);
    expect(page).toMatchObject({ data: [third, second], next_cursor: String(second.position) });
    const rest = await inbox.list(alice, query({ cursor: String(second.position) }));
    expect(rest).toMatchObject({ data: [], next_cursor: null });
    const { data } = await inbox.list(alice, query({ limit: '1' }));
    expect(data).toMatchObject([{ id: first.id, position: third.position + 1 }]);
  });

  it('has no next page if the last one is just full', async () => {
    await create();
    await create();
    expect(await inbox.list(alice, query({ limit: '2' }))).toMatchObject({ next_cursor: null });
  });

  it('has the shape of the contract if nothing is in it', async () => {
    expect(await inbox.list(alice, query({}))).toEqual({
      data: [],
      next_cursor: null,
      ...stateOf(0, 0),
    });
  });
});

describe('The counts', () => {
  it('come with the version, one for each scope', async () => {
    await create();
    expect(await inbox.unreadCount(alice)).toEqual(stateOf(1, 1));
  });
});

describe('The changes', () => {
  it('are those after the version, oldest first', async () => {
    const [first, second] = [await create(), await create()];
    expect(await inbox.changes(alice, 1)).toEqual({
      data: [second],
      ...stateOf(2, 2),
      reset: false,
    });
    expect((await inbox.changes(alice, 0)).data).toEqual([first, second]);
  });

  it('ask for a reset if the client is ahead', async () => {
    expect(await inbox.changes(alice, 1)).toEqual({
      data: [],
      ...stateOf(0, 0),
      reset: true,
    });
  });
});

describe('A single notification', () => {
  it('is found in its own inbox alone', async () => {
    const notification = await create();
    expect(await inbox.get(alice, notification.id)).toEqual(notification);
    await expect(inbox.get(bob, notification.id)).rejects.toThrow(NotFound);
  });
});

describe('Preferences', () => {
  const byDefault = {
    promo: { enabled: true, critical: false },
    digest: { enabled: false, critical: false },
    payout: { enabled: true, critical: true },
  };

  it('are the defaults of every configured type until the user chooses', async () => {
    expect(await inbox.preferences(alice)).toEqual({ user_id: alice, types: byDefault });
  });

  it('are what the user has chosen, but a critical type is always enabled', async () => {
    await repository.choose(alice, { off: ['promo', 'payout'], on: ['digest'] });
    expect((await inbox.preferences(alice)).types).toEqual({
      promo: { enabled: false, critical: false },
      digest: { enabled: true, critical: false },
      payout: { enabled: true, critical: true },
    });
    expect((await inbox.preferences(bob)).types).toEqual(byDefault);
  });
});

describe('Changes that are larger than a function can return', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  const lambdaLimitBytes = 6 * 1024 * 1024;
  const bytesSent = (page: unknown) =>
    Buffer.byteLength(JSON.stringify({ statusCode: 200, body: JSON.stringify(page) }));

  it.each([
    ['characters of four bytes', '🔔'],
    ['quotation marks, which are escaped twice on their way', '"'],
    ['line breaks', '\n'],
  ])('are answered with reset: %s', async (_, character) => {
    const content = contentOf({ body: character.repeat(4_000) });
    for (let n = 0; n < 600; n += 1) await repository.create(content, ruleOf(), [alice], null);
    const pages = [];
    for (let since = 0; since < 600; since += 50) pages.push(await inbox.changes(alice, since));
    expect(pages[0]).toEqual({ data: [], ...stateOf(600, 600), reset: true });
    expect(pages.at(-1)).toMatchObject({ version: 600, reset: false });
    expect(pages.filter((page) => bytesSent(page) > lambdaLimitBytes)).toEqual([]);
  });
});

describe('The activities of a notification', () => {
  const group = { key: 'event-1', title: null, body: null };

  it('lead through all pages by their cursors, newest first, and end with null', async () => {
    const actors = Array.from({ length: 5 }, (_, n) => bob.replace(/.$/, String(n)));
    let id = 0;
    for (const actor_id of actors) ({ id } = await create({ actor_id, group }));
    const seen: (string | null)[][] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const asked = parseActivitiesQuery({ limit: '2', ...(cursor && { cursor }) });
      const page = await inbox.activities(alice, id, asked);
      seen.push(page.data.map(({ actor_id }) => actor_id));
      cursor = page.next_cursor;
    }
    const [a, b, c, d, e] = actors;
    expect(seen).toEqual([[e, d], [c, b], [a]]);
  });

  it('are none for one that is not grouped', async () => {
    const { id } = await create();
    expect(await inbox.activities(alice, id, parseActivitiesQuery({}))).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  it('are refused for a notification of another user, and for a retracted one', async () => {
    const { id } = await create({ group }, 'k');
    await expect(inbox.activities(bob, id, parseActivitiesQuery({}))).rejects.toThrow(NotFound);
    await repository.retract({ idempotency_key: 'k' }, [alice], []);
    await expect(inbox.activities(alice, id, parseActivitiesQuery({}))).rejects.toThrow(NotFound);
  });
});

describe('A retracted notification', () => {
  it('is not there by its id, and is told to clients by the changes', async () => {
    const { id, position } = await create({}, 'k');
    await repository.retract({ idempotency_key: 'k' }, [alice], []);
    await expect(inbox.get(alice, id)).rejects.toThrow(NotFound);
    expect((await inbox.changes(alice, 1)).data).toEqual([
      { id, user_id: alice, position, status: 'retracted', version: 2 },
    ]);
  });
});
