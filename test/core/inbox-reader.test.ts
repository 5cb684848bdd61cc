import { beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '../../functions/core/errors.ts';
import { parseFeedQuery } from '../../functions/core/feed.ts';
import { createInboxReader } from '../../functions/core/inbox-reader.ts';
import type { Notification } from '../../functions/core/notification.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { contentOf } from '../support/content.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

let repository: InMemoryRepository;
let inbox: ReturnType<typeof createInboxReader>;

beforeEach(() => {
  repository = createInMemoryRepository(() => Date.UTC(2026, 0, 1));
  inbox = createInboxReader({ repository });
});

async function create(): Promise<Notification> {
  const [stored] = await repository.create(contentOf(), [alice], null);
  if (!stored) throw new Error('create answered nothing');
  return stored.notification;
}

describe('The feed', () => {
  it('leads through all pages by its cursors, newest first, and ends with null', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await create()).id);
    const seen: number[][] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await inbox.list(alice, parseFeedQuery({ limit: '2', ...(cursor && { cursor }) }));
      seen.push(page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it('has no next page if the last one is just full', async () => {
    await create();
    await create();
    expect(await inbox.list(alice, parseFeedQuery({ limit: '2' }))).toMatchObject({ next_cursor: null });
  });

  it('has the shape of the contract if nothing is in it', async () => {
    expect(await inbox.list(alice, parseFeedQuery({}))).toEqual({
      data: [],
      next_cursor: null,
      user_id: alice,
      unread_count: 0,
      version: 0,
    });
  });
});

describe('The unread count', () => {
  it('comes with the version', async () => {
    await create();
    expect(await inbox.unreadCount(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
  });
});

describe('The changes', () => {
  it('are those after the version, oldest first', async () => {
    const [first, second] = [await create(), await create()];
    expect(await inbox.changes(alice, 1)).toEqual({
      data: [second],
      version: 2,
      user_id: alice,
      unread_count: 2,
      reset: false,
    });
    expect((await inbox.changes(alice, 0)).data).toEqual([first, second]);
  });

  it('ask for a reset if the client is ahead', async () => {
    expect(await inbox.changes(alice, 1)).toEqual({
      data: [],
      user_id: alice,
      version: 0,
      unread_count: 0,
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
    for (let n = 0; n < 600; n += 1) await repository.create(content, [alice], null);
    const pages = [];
    for (let since = 0; since < 600; since += 50) pages.push(await inbox.changes(alice, since));
    expect(pages[0]).toEqual({ data: [], user_id: alice, version: 600, unread_count: 600, reset: true });
    expect(pages.at(-1)).toMatchObject({ version: 600, reset: false });
    expect(pages.filter((page) => bytesSent(page) > lambdaLimitBytes)).toEqual([]);
  });
});
