import { describe, expect, it, vi } from 'vitest';
import { createInbox } from '../../client/src/inbox.ts';
import type { FeedPage, InboxFrame, Notification } from '../../client/src/wire.ts';
import { contentOf } from '../support/content.ts';

const created = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:00:05.000Z';

/** A row as of a version; one that has changed since it was created has an id below its version here. */
function row(id: number, version = id, changes: Partial<Notification> = {}): Notification {
  return {
    id,
    user_id: '0b5e55ed-0000-4000-8000-000000000001',
    ...contentOf({ title: `Number ${id}` }),
    status: 'unread',
    created_at: created,
    updated_at: version === id ? created : later,
    version,
    ...changes,
  };
}

const user_id = row(1).user_id;

const page = (version: number, ids: number[], next_cursor: string | null = null): FeedPage => ({
  data: ids.map((id) => row(id)),
  next_cursor,
  user_id,
  unread_count: ids.length,
  version,
});

const frame = (version: number, notification = row(version)): InboxFrame => ({
  type: 'notification.created',
  user_id,
  version,
  unread_count: version,
  notification,
});

const changed = (version: number): InboxFrame => ({
  type: 'inbox.changed',
  user_id,
  version,
  unread_count: version,
});

const changes = (version: number, data: Notification[]) => ({
  user_id,
  version,
  unread_count: 9,
  reset: false,
  data,
});

/** An inbox at version 3 with the rows 3, 2 and 1, or as its first page says. */
function setUp(first: FeedPage | null = page(3, [3, 2, 1])) {
  const onGap = vi.fn();
  const onNews = vi.fn();
  const inbox = createInbox({ onGap, onNews });
  inbox.prove({ user_id });
  if (first) inbox.replace(first);
  const shown = () => inbox.list((row) => [row]);
  return {
    inbox,
    onGap,
    shown,
    ids: () => shown().map(({ id }) => id),
    statusOf: (id: number) => shown().find((each) => each.id === id)?.status,
    news: () => onNews.mock.calls.map(([{ id }]) => id),
  };
}

describe('a frame', () => {
  it('is applied where it is the next one', () => {
    const { inbox, ids, onGap } = setUp();
    inbox.onFrame(frame(4));
    expect(ids()).toEqual([4, 3, 2, 1]);
    expect([inbox.version(), inbox.unreadCount()]).toEqual([4, 4]);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('is dropped where its version is known', () => {
    const { inbox, statusOf } = setUp();
    inbox.onFrame(frame(3, row(3, 3, { status: 'read' })));
    expect(statusOf(3)).toBe('unread');
  });

  it('waits for the one before it, and asks', () => {
    const { inbox, ids, onGap } = setUp();
    inbox.onFrame(frame(5));
    expect(ids()).toEqual([3, 2, 1]);
    expect(onGap).toHaveBeenCalled();
    inbox.onFrame(frame(4));
    expect(ids()).toEqual([5, 4, 3, 2, 1]);
    expect(inbox.version()).toBe(5);
  });

  it('waits for the first page', () => {
    const { inbox, ids, onGap } = setUp(null);
    inbox.onFrame(frame(4));
    inbox.onFrame(frame(2));
    expect(inbox.version()).toBe(-1);
    inbox.replace(page(3, [3, 2, 1]));
    expect(ids()).toEqual([4, 3, 2, 1]);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('that only says something changed is never applied', () => {
    const { inbox, onGap } = setUp();
    inbox.onFrame(changed(4));
    expect([inbox.version(), inbox.unreadCount()]).toEqual([3, 3]);
    expect(onGap).toHaveBeenCalled();
  });

  it('in full takes the place of one that only says something changed, and is not replaced by it', () => {
    const { inbox } = setUp();
    inbox.onFrame(changed(5));
    inbox.onFrame(frame(5));
    inbox.onFrame(changed(5));
    inbox.onFrame(frame(4));
    expect(inbox.version()).toBe(5);
  });

  it('reads everything up to its bound, except what changed later', () => {
    const { inbox, statusOf } = setUp();
    // Number 1 was marked as unread again in version 5, which a mark's answer has told already.
    inbox.changed({ notification: row(1, 5), user_id, version: 5, unread_count: 2 }, 0);
    inbox.onFrame({ type: 'inbox.read_all', user_id, version: 4, unread_count: 1, before_id: 2 });
    expect([statusOf(3), statusOf(2), statusOf(1)]).toEqual(['unread', 'read', 'unread']);
  });
});

describe('the count', () => {
  it('is that of the highest version that has told one', () => {
    const { inbox } = setUp();
    inbox.changed({ notification: row(1, 6, { status: 'read' }), user_id, version: 6, unread_count: 7 }, 0);
    inbox.onFrame(frame(4));
    expect(inbox.unreadCount()).toBe(7);
  });
});

describe('changes', () => {
  it('move the version where they were asked for at or below it', () => {
    const { inbox, ids, onGap } = setUp();
    inbox.catchUp(3, changes(7, [row(1, 6), row(7)]));
    expect(ids()).toEqual([7, 3, 2, 1]);
    expect([inbox.version(), inbox.unreadCount()]).toEqual([7, 9]);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('do not move it where it has stepped back meanwhile, and ask again', () => {
    const { inbox, onGap } = setUp(page(5, [5, 4], 'next'));
    // A page from before version 5: of what it brings nothing is known after version 2.
    inbox.extend({ ...page(2, [2, 1]), version: 2 });
    onGap.mockClear();
    inbox.catchUp(5, changes(8, [row(8)]));
    expect(inbox.version()).toBe(2);
    expect(onGap).toHaveBeenCalled();
  });

  it('never overwrite what is newer', () => {
    const { inbox, statusOf } = setUp();
    inbox.onFrame(frame(4, row(1, 4, { status: 'read' })));
    inbox.catchUp(3, changes(3, [row(1, 3)]));
    expect(statusOf(1)).toBe('read');
  });

  it('do not take an empty answer from before as progress', () => {
    const { inbox } = setUp();
    inbox.onFrame(frame(4));
    inbox.catchUp(3, changes(3, []));
    expect(inbox.version()).toBe(4);
  });

  it('let the frames after them go on', () => {
    const { inbox } = setUp();
    inbox.onFrame(frame(6));
    inbox.catchUp(3, changes(5, [row(4), row(5)]));
    expect(inbox.version()).toBe(6);
  });

  it('are thrown away while the first page is being loaded anew', () => {
    const { inbox } = setUp();
    inbox.begin();
    inbox.catchUp(3, changes(7, [row(7)]));
    expect(inbox.version()).toBe(-1);
  });
});

describe('a further page', () => {
  it('never moves the version forward, and asks where it is newer', () => {
    const { inbox, ids, onGap } = setUp(page(5, [5, 4], 'next'));
    inbox.extend(page(7, [3, 2]));
    expect(ids()).toEqual([5, 4, 3, 2]);
    expect(inbox.version()).toBe(5);
    expect(onGap).toHaveBeenCalled();
  });

  it('that is older than the version and brings something new steps back and asks', () => {
    const { inbox, onGap } = setUp(page(5, [5, 4], 'next'));
    inbox.extend(page(4, [3]));
    expect(inbox.version()).toBe(4);
    expect(onGap).toHaveBeenCalled();
  });

  it('that is older and brings nothing new changes nothing', () => {
    const { inbox, onGap, shown } = setUp(page(5, [5, 4], 'next'));
    inbox.changed({ notification: row(3, 5, { status: 'read' }), user_id, version: 5, unread_count: 2 }, 0);
    inbox.extend(page(4, [3]));
    expect(inbox.version()).toBe(5);
    expect(shown().at(-1)?.status).toBe('read');
    expect(onGap).not.toHaveBeenCalled();
  });

  it('shows what was held below the oldest that was loaded', () => {
    const { inbox, ids } = setUp(page(5, [5, 4], 'next'));
    inbox.catchUp(5, changes(6, [row(1, 6)]));
    expect(ids()).toEqual([5, 4]);
    inbox.extend(page(6, [3, 2], 'next'));
    expect(ids()).toEqual([5, 4, 3, 2]);
    inbox.extend(page(6, []));
    expect(ids()).toEqual([5, 4, 3, 2, 1]);
    expect(inbox.cursor()).toBeNull();
  });
});

describe('the answer to a mark', () => {
  it('shows at once, does not move the version, and asks for what came before it', () => {
    const { inbox, statusOf, onGap } = setUp();
    inbox.changed({ notification: row(2, 6, { status: 'read' }), user_id, version: 6, unread_count: 4 }, 0);
    expect(statusOf(2)).toBe('read');
    expect([inbox.version(), inbox.unreadCount()]).toEqual([3, 4]);
    expect(onGap).toHaveBeenCalled();
  });

  it('makes a first page that is older ask for the rest', () => {
    const { inbox, onGap } = setUp();
    inbox.begin();
    inbox.changed({ notification: row(2, 6, { status: 'read' }), user_id, version: 6, unread_count: 4 }, 0);
    onGap.mockClear();
    inbox.replace(page(5, [3, 2, 1]));
    expect(onGap).toHaveBeenCalled();
  });
});

describe('the answer to a read-all', () => {
  it('is its own frame where it changed something', () => {
    const { inbox, statusOf } = setUp();
    inbox.changed({ updated: 2, user_id, version: 4, unread_count: 1 }, 2);
    expect([statusOf(3), statusOf(2), statusOf(1)]).toEqual(['unread', 'read', 'read']);
    expect(inbox.version()).toBe(4);
  });

  it('asks where it changed nothing in an inbox that has gone on', () => {
    const { inbox, statusOf, onGap } = setUp();
    inbox.changed({ updated: 0, user_id, version: 4, unread_count: 0 }, 3);
    expect(statusOf(3)).toBe('unread');
    expect(onGap).toHaveBeenCalled();
  });
});

describe('a new first page', () => {
  it('replaces everything, also where it is older', () => {
    const { inbox, ids } = setUp(page(9, [9, 8, 7]));
    inbox.begin();
    inbox.replace(page(2, [2, 1]));
    expect(ids()).toEqual([2, 1]);
    expect([inbox.version(), inbox.unreadCount()]).toEqual([2, 2]);
  });

  it('leaves what was there to be seen until it comes', () => {
    const { inbox, ids } = setUp();
    inbox.begin();
    expect(ids()).toEqual([3, 2, 1]);
  });
});

describe('news', () => {
  it('is an unread notification that was just created, by frame or by changes, once', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(frame(4));
    inbox.onFrame(frame(4));
    inbox.catchUp(4, changes(6, [row(4, 6), row(5)]));
    expect(news()).toEqual([4, 5]);
  });

  it('is nothing that a page brings, was read meanwhile, or was marked as unread again', () => {
    const { inbox, news } = setUp(page(10, [10, 9], 'next'));
    inbox.extend(page(10, [8, 7], 'next'));
    inbox.catchUp(10, changes(13, [row(11, 12, { status: 'read' }), row(2, 13)]));
    expect(news()).toEqual([]);
  });

  it('is nothing that was told before and is not held any more', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(frame(4));
    inbox.onFrame(frame(5));
    inbox.begin();
    inbox.replace(page(5, [5], 'next'));
    inbox.changed({ notification: row(2, 3), user_id, version: 3, unread_count: 3 }, 0);
    inbox.catchUp(3, changes(5, [row(4), row(5)]));
    expect(news()).toEqual([4, 5]);
  });
});
