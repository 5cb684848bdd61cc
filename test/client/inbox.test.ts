import { describe, expect, it, vi } from 'vitest';
import { createInbox } from '../../client/src/inbox.ts';
import type {
  Action,
  FeedPage,
  InboxFrame,
  InboxState,
  NotificationOrRetracted,
  Status,
} from '../../client/src/wire.ts';
import { rowOf as row, stateAt, user_id } from './row.ts';

const at = (version: number, unread_count = version): InboxState => stateAt(version, unread_count);

const page = (version: number, ids: number[], next_cursor: string | null = null): FeedPage => ({
  data: ids.map((id) => row(id)),
  next_cursor,
  ...at(version, ids.length),
});

const frame = (version: number, notification = row(version)): InboxFrame => ({
  type: 'notification.created',
  ...at(version),
  notification,
});

const updated = (version: number, notification: NotificationOrRetracted): InboxFrame => ({
  type: 'notification.updated',
  ...at(version),
  notification,
});

const retracted = (id: number, version: number): NotificationOrRetracted => ({
  id,
  position: id,
  user_id,
  status: 'retracted',
  version,
});

const changed = (version: number): InboxFrame => ({ type: 'inbox.changed', ...at(version) });

const changes = (version: number, data: NotificationOrRetracted[]) => ({
  ...at(version, 9),
  reset: false,
  data,
});

const markedFrame = (version: number, action: Action, status: Status, ids: number[]): InboxFrame => ({
  type: 'inbox.marked',
  ...at(version),
  action,
  status,
  ids,
});

/** An inbox at version 3 with the rows 3, 2 and 1, or as its first page says. */
function setUp(first: FeedPage | null = page(3, [3, 2, 1]), known: readonly Status[] = ['unread', 'read']) {
  const onGap = vi.fn();
  const onNews = vi.fn();
  const inbox = createInbox(onGap, onNews, (status) => known.includes(status));
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
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([4, 4]);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('is dropped where its version is known', () => {
    const { inbox, statusOf } = setUp();
    inbox.onFrame(frame(3, row(3, 3, { status: 'read' })));
    expect(statusOf(3)).toBe('unread');
  });

  it('shows its row at once, waits for the one before it, and asks', () => {
    const { inbox, ids, onGap } = setUp();
    inbox.onFrame(frame(5));
    expect(ids()).toEqual([5, 3, 2, 1]);
    expect(inbox.version()).toBe(3);
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

  it('that only says something changed is heard and never applied', () => {
    const { inbox, onGap } = setUp();
    inbox.onFrame(changed(4));
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([3, 4]);
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
    // Number 1 was marked as unread again in version 5, which its frame has told already.
    inbox.onFrame(frame(5, row(1, 5)));
    inbox.onFrame({ type: 'inbox.read_all', ...at(4, 1), before_position: 2 });
    expect([statusOf(3), statusOf(2), statusOf(1)]).toEqual(['unread', 'read', 'unread']);
  });
});

describe('a frame of many', () => {
  it('reads only what is of its scope or of none, and of its types', () => {
    const news = { metadata: { type: 'news' } };
    const { inbox, shown } = setUp({
      ...page(4, []),
      data: [
        row(4, 4, news),
        row(3, 3, { ...news, scope: 'organizer' }),
        row(2, 2, { ...news, scope: 'attendee' }),
        row(1, 1, { scope: 'attendee' }),
      ],
    });
    const bounds = { before_position: 4, scope: 'attendee', types: ['news'] };
    inbox.onFrame({ type: 'inbox.read_all', ...at(5), ...bounds });
    expect(shown().map(({ status }) => status)).toEqual(['read', 'unread', 'read', 'unread']);
  });

  it('marks the rows that it names, except what changed later', () => {
    const { inbox, statusOf } = setUp();
    inbox.onFrame(frame(5, row(1, 5)));
    inbox.onFrame(markedFrame(4, 'read', 'read', [3, 1]));
    expect([statusOf(3), statusOf(2), statusOf(1)]).toEqual(['read', 'unread', 'unread']);
    expect(inbox.version()).toBe(5);
  });

  it('asks if a row that is not held may belong to the list now', () => {
    const { inbox, onGap } = setUp();
    inbox.onFrame(markedFrame(4, 'unarchive', 'read', [9]));
    expect(inbox.version()).toBe(3);
    expect(onGap).toHaveBeenCalled();
  });

  it.each<[string, Action, Status]>([
    ['was in the list before, and so lies below the tail or was not selected', 'read', 'read'],
    ['is in no such list', 'archive', 'archived'],
  ])('asks nothing if a row that is not held %s', (_, action, status) => {
    const { inbox, onGap } = setUp();
    inbox.onFrame(markedFrame(4, action, status, [9]));
    expect(inbox.version()).toBe(4);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('of an action of a later service is heard, and asks', () => {
    const { inbox, onGap } = setUp();
    inbox.onFrame(markedFrame(4, 'snooze' as Action, 'read', [3]));
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([3, 4]);
    expect(onGap).toHaveBeenCalled();
  });

  it('of a later service that has a notification is heard, and asks', () => {
    const { inbox, onGap } = setUp();
    const frame = { type: 'notification.merged', ...at(4), notification: row(3, 4, { status: 'read' }) };
    inbox.onFrame(frame as unknown as InboxFrame);
    expect(inbox.version()).toBe(3);
    expect(onGap).toHaveBeenCalled();
  });

  it('that says what was seen changes the counts alone', () => {
    const { inbox, onGap } = setUp();
    inbox.onFrame({ type: 'inbox.seen', ...at(4, 3), unseen_count: 0, before_position: 3 });
    expect(inbox.version()).toBe(4);
    expect(inbox.counts()).toMatchObject({ unread_count: 3, unseen_count: 0 });
    expect(onGap).not.toHaveBeenCalled();
  });

  it.each(['inbox.archived_read', 'inbox.retracted_all'])(
    'that it cannot apply, as %s, is heard, and asks',
    (type) => {
      const { inbox, onGap } = setUp();
      inbox.onFrame({ type, ...at(4), before_position: 3 } as InboxFrame);
      expect(inbox.version()).toBe(3);
      expect(inbox.counts().unread_count).toBe(4);
      expect(onGap).toHaveBeenCalled();
    },
  );
});

describe('a row that moves up', () => {
  it('leaves its former place', () => {
    const { inbox, ids } = setUp();
    expect(ids()).toEqual([3, 2, 1]);
    inbox.onFrame(frame(4, row(1, 4, { position: 4 })));
    expect(ids()).toEqual([1, 3, 2]);
  });

  it('leaves it also where several have moved since the list was shown', () => {
    const { inbox, ids } = setUp();
    ids();
    inbox.onFrame(frame(4, row(1, 4, { position: 4 })));
    inbox.onFrame(frame(5, row(2, 5, { position: 5 })));
    inbox.onFrame(frame(6, row(1, 6, { position: 6 })));
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('from below the tail is shown, and once where its former place is loaded later', () => {
    const { inbox, ids } = setUp(page(5, [5, 4], '4'));
    ids();
    inbox.onFrame(frame(6, row(1, 6, { position: 6 })));
    expect(ids()).toEqual([1, 5, 4]);
    // The page is older than the move.
    inbox.add(page(5, [3, 2, 1]));
    expect(ids()).toEqual([1, 5, 4, 3, 2]);
  });
});

describe('a row that is retracted', () => {
  it('is not shown from its frame on, whatever is missing before it', () => {
    const { inbox, ids } = setUp();
    inbox.onFrame(updated(5, retracted(2, 5)));
    expect(ids()).toEqual([3, 1]);
    expect(inbox.version()).toBe(3);
  });

  it('is not shown from the changes on', () => {
    const { inbox, ids } = setUp();
    inbox.add(changes(5, [retracted(2, 5)]), 3);
    expect(ids()).toEqual([3, 1]);
    expect(inbox.version()).toBe(5);
  });

  it('is not shown from the frame of several on, and nothing is asked for those that are not held', () => {
    const { inbox, ids, onGap } = setUp(page(3, [3, 2, 1]), ['unread', 'read', 'archived', 'snoozed']);
    inbox.onFrame({
      type: 'inbox.marked',
      ...at(4, 1),
      action: 'retract',
      status: 'retracted',
      ids: [3, 2, 9],
    });
    expect(ids()).toEqual([1]);
    expect(inbox.version()).toBe(4);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('comes back by no answer and by no frame from before', () => {
    const { inbox, ids } = setUp();
    inbox.onFrame(updated(6, retracted(9, 6)));
    inbox.onFrame(frame(5, row(9, 5, { position: 9 })));
    inbox.add({ ...page(5, []), data: [row(9, 4)] });
    inbox.add(changes(5, [row(9, 5)]), 3);
    expect(ids()).toEqual([3, 2, 1]);
  });

  it('stays so at a mark of several and at a read-all from before and after', () => {
    const { inbox, ids } = setUp();
    inbox.onFrame(updated(5, retracted(2, 5)));
    inbox.onFrame(markedFrame(4, 'archive', 'archived', [2]));
    inbox.onFrame({ type: 'inbox.read_all', ...at(6, 0), before_position: 3, types: ['news'] });
    inbox.onFrame(markedFrame(7, 'unarchive', 'read', [2]));
    expect(ids()).toEqual([3, 1]);
    expect(inbox.version()).toBe(7);
  });

  it('is no news', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(updated(5, retracted(4, 5)));
    inbox.onFrame(frame(4));
    expect(news()).toEqual([]);
    expect(inbox.version()).toBe(5);
  });
});

describe('archiving several', () => {
  it('is about snoozed ones too', () => {
    const { inbox, statusOf } = setUp({ ...page(3, []), data: [row(1, 3, { status: 'snoozed' })] });
    inbox.onFrame(markedFrame(4, 'archive', 'archived', [1]));
    expect(statusOf(1)).toBe('archived');
  });

  it('asks if one that is not held may have been snoozed', () => {
    const { inbox, onGap } = setUp(undefined, ['unread', 'read', 'archived']);
    inbox.onFrame(markedFrame(4, 'archive', 'archived', [9]));
    expect(inbox.version()).toBe(3);
    expect(onGap).toHaveBeenCalled();
  });
});

describe('the highest known position', () => {
  it('is that of a row up to whose version nothing is missing', () => {
    const { inbox } = setUp(null);
    expect(inbox.known()).toBe(0);
    inbox.replace(page(3, [3, 2, 1]));
    inbox.onFrame(frame(5));
    expect(inbox.known()).toBe(3);
    inbox.onFrame(frame(4));
    expect(inbox.known()).toBe(5);
  });
});

describe('the counts', () => {
  it('are those of a scope if the service has it', () => {
    const { inbox } = setUp();
    const organizer = { unread_count: 2, unseen_count: 1 };
    inbox.onFrame({ ...frame(4), scopes: { organizer } });
    expect(inbox.counts('organizer')).toEqual(organizer);
    expect(inbox.counts('attendee')).toMatchObject({ unread_count: 4 });
    expect(inbox.counts()).toMatchObject({ unread_count: 4 });
  });
});

describe('the count', () => {
  it('is that of the highest version that has told one', () => {
    const { inbox } = setUp();
    inbox.onFrame({ type: 'inbox.changed', ...at(6, 7) });
    inbox.onFrame(frame(4));
    expect(inbox.counts().unread_count).toBe(7);
  });
});

describe('changes', () => {
  it('move the version where they were asked for at or below it', () => {
    const { inbox, ids, onGap } = setUp();
    inbox.add(changes(7, [row(1, 6), row(7)]), 3);
    expect(ids()).toEqual([7, 3, 2, 1]);
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([7, 9]);
    expect(onGap).not.toHaveBeenCalled();
  });

  it('do not move it where it has stepped back meanwhile, and ask again', () => {
    const { inbox, onGap } = setUp(page(5, [5, 4], '4'));
    // A page from before version 5: of what it brings nothing is known after version 2.
    inbox.add({ ...page(2, [2, 1]), version: 2 });
    onGap.mockClear();
    inbox.add(changes(8, [row(8)]), 5);
    expect(inbox.version()).toBe(2);
    expect(onGap).toHaveBeenCalled();
  });

  it('never overwrite what is newer', () => {
    const { inbox, statusOf } = setUp();
    inbox.onFrame(frame(4, row(1, 4, { status: 'read' })));
    inbox.add(changes(3, [row(1, 3)]), 3);
    expect(statusOf(1)).toBe('read');
  });

  it('do not take an empty answer from before as progress', () => {
    const { inbox } = setUp();
    inbox.onFrame(frame(4));
    inbox.add(changes(3, []), 3);
    expect(inbox.version()).toBe(4);
  });

  it('let the frames after them go on', () => {
    const { inbox } = setUp();
    inbox.onFrame(frame(6));
    inbox.add(changes(5, [row(4), row(5)]), 3);
    expect(inbox.version()).toBe(6);
  });

  it('are thrown away while the first page is being loaded anew', () => {
    const { inbox } = setUp();
    inbox.begin();
    inbox.add(changes(7, [row(7)]), 3);
    expect(inbox.version()).toBe(-1);
  });
});

describe('a further page', () => {
  it('never moves the version forward, and asks where it is newer', () => {
    const { inbox, ids, onGap } = setUp(page(5, [5, 4], '4'));
    inbox.add(page(7, [3, 2]));
    expect(ids()).toEqual([5, 4, 3, 2]);
    expect(inbox.version()).toBe(5);
    expect(onGap).toHaveBeenCalled();
  });

  it('that is older than the version and brings something new steps back and asks', () => {
    const { inbox, onGap } = setUp(page(5, [5, 4], '4'));
    inbox.add(page(4, [3]));
    expect(inbox.version()).toBe(4);
    expect(onGap).toHaveBeenCalled();
  });

  it('that is older and brings nothing new changes nothing', () => {
    const { inbox, onGap, shown } = setUp(page(5, [5, 4], '4'));
    inbox.add(changes(5, [row(3, 5, { status: 'read' })]), 5);
    inbox.add(page(4, [3]));
    expect(inbox.version()).toBe(5);
    expect(shown().at(-1)?.status).toBe('read');
    expect(onGap).not.toHaveBeenCalled();
  });

  it('shows what was held below the oldest that was loaded', () => {
    const { inbox, ids } = setUp(page(5, [5, 4], '4'));
    inbox.add(changes(6, [row(1, 6)]), 5);
    expect(ids()).toEqual([5, 4]);
    inbox.add(page(6, [3, 2], '2'));
    expect(ids()).toEqual([5, 4, 3, 2]);
    inbox.add(page(6, []));
    expect(ids()).toEqual([5, 4, 3, 2, 1]);
    expect(inbox.cursor()).toBeNull();
  });
});

describe('a mark that is ahead', () => {
  it('waits for what came before it, and asks for that', () => {
    const { inbox, statusOf, onGap } = setUp();
    inbox.onFrame(markedFrame(5, 'read', 'read', [2]));
    expect(statusOf(2)).toBe('unread');
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([3, 5]);
    expect(onGap).toHaveBeenCalled();
    inbox.onFrame(frame(4));
    expect(statusOf(2)).toBe('read');
  });

  it('makes a first page that is older ask for the rest', () => {
    const { inbox, onGap } = setUp();
    inbox.begin();
    inbox.onFrame(markedFrame(7, 'read', 'read', [2]));
    onGap.mockClear();
    inbox.replace(page(5, [3, 2, 1]));
    expect(onGap).toHaveBeenCalled();
  });
});

describe('a new first page', () => {
  it('replaces everything, also where it is older', () => {
    const { inbox, ids } = setUp(page(9, [9, 8, 7]));
    inbox.begin();
    inbox.replace(page(2, [2, 1]));
    expect(ids()).toEqual([2, 1]);
    expect([inbox.version(), inbox.counts().unread_count]).toEqual([2, 2]);
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
    inbox.add(changes(6, [row(4, 6), row(5)]), 4);
    expect(news()).toEqual([4, 5]);
  });

  it('is a row that moves up, each time, by frame or by changes', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(updated(4, row(1, 4, { position: 4 })));
    inbox.add(changes(7, [row(2, 5, { position: 5 }), row(1, 7, { position: 7 })]), 4);
    expect(news()).toEqual([1, 2, 1]);
  });

  it('is a snoozed row that wakes, although it is not held', () => {
    const { inbox, news } = setUp(page(8, [8, 7], '7'));
    inbox.onFrame(frame(9, row(2, 9, { position: 9 })));
    expect(news()).toEqual([2]);
  });

  it('is told in the order of the positions, also if an earlier one has changed since', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(frame(4, row(4, 4)));
    inbox.add(changes(7, [row(6), row(2, 7, { position: 5 })]), 4);
    expect(news()).toEqual([4, 2, 6]);
  });

  it('is a row that moves up again only at its last place', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(updated(6, row(1, 6, { position: 6 })));
    inbox.onFrame(frame(5));
    inbox.onFrame(updated(4, row(1, 4, { position: 4 })));
    expect(news()).toEqual([5, 1]);
  });

  it('is no row above the list that is unread again, or back in its old place', () => {
    const { inbox, news } = setUp(page(9, [3, 2, 1]));
    inbox.onFrame(updated(10, row(8, 10)));
    inbox.add(changes(11, [row(9, 11)]), 10);
    expect(news()).toEqual([]);
  });

  it('is nothing that a page brings, was read meanwhile, or was marked as unread again', () => {
    const { inbox, news } = setUp(page(10, [10, 9], '9'));
    inbox.add(page(10, [8, 7], '7'));
    inbox.add(changes(13, [row(11, 12, { status: 'read' }), row(2, 13)]), 10);
    expect(news()).toEqual([]);
  });

  it('is nothing that was told before and is not held any more', () => {
    const { inbox, news } = setUp();
    inbox.onFrame(frame(4));
    inbox.onFrame(frame(5));
    inbox.begin();
    inbox.replace(page(5, [5], '5'));
    // An older page steps back.
    inbox.add(page(3, [2], '2'));
    inbox.add(changes(5, [row(4), row(5)]), 3);
    expect(news()).toEqual([4, 5]);
  });
});
