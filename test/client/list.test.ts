import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../client/src/api.ts';
import { createChanges } from '../../client/src/changes.ts';
import type { Environment } from '../../client/src/environment.ts';
import { NotificationError } from '../../client/src/error.ts';
import { createInbox } from '../../client/src/inbox.ts';
import { createStore } from '../../client/src/store.ts';
import type { NotificationSnapshot } from '../../client/src/types.ts';
import type { Action, FeedPage, InboxFrame, Notification, Status } from '../../client/src/wire.ts';
import { rowOf, stateAt, user_id } from './row.ts';

const statuses: Status[] = ['unread', 'read', 'archived', 'snoozed'];
const actions: Action[] = ['read', 'unread', 'archive', 'unarchive'];

const row = (id: number, version = id, status: Status = 'unread'): Notification =>
  rowOf(id, version, { status });

const nothing = () => {};

/** What the user sees of a status after an action. */
const after = (action: Action, status: Status): Status => {
  if (action === 'archive') return 'archived';
  if (action === 'unarchive') return status === 'archived' ? 'read' : status;
  if (action === 'read') return status === 'unread' ? 'read' : status;
  return status === 'read' ? 'unread' : status;
};

/** A change that the service has not answered, or whose answer the inbox has not reached. */
interface Pending {
  action: Action;
  /** The row that it marks, where it was then; none for a read-all. */
  id: number | undefined;
  /** It is about no row above. */
  position: number;
  until: number;
  settle?: { resolve(answer: unknown): void; reject(error: NotificationError): void };
}

/**
 * An inbox with the user's own changes, and beside it the rule in its simplest form, which looks at every row each time:
 * what is held, through the changes in their order, without what is below the last page or does not match, newest first.
 */
function setUp() {
  let held = new Map<number, Notification>();
  const gone = new Set<number>();
  let tail = 0;
  let version = 0;
  let count = 0;
  let counted = 0;
  /** What the last answer to a change says. A change that changes nothing leaves it ahead of the next page. */
  let answer = { version: 0, count: 0 };
  let shownStatuses: readonly Status[] = ['unread', 'read'];
  let pending: Pending[] = [];
  let last: readonly Notification[] = [];

  const settles: NonNullable<Pending['settle']>[] = [];
  const api = {
    request: () => new Promise((resolve, reject) => settles.push({ resolve, reject })),
  } as unknown as Api;
  const inbox = createInbox(nothing, nothing, () => true);
  const changes = createChanges(api, inbox, undefined, nothing, nothing);
  inbox.prove({ user_id });

  const take = (taken: Notification) => {
    if ((held.get(taken.id)?.version ?? -1) < taken.version) held.set(taken.id, taken);
  };
  const hear = (heard: number, unread_count: number) => {
    if (heard >= counted) [counted, count] = [heard, unread_count];
  };
  const isUnread = ({ status }: Notification) => status === 'unread';
  const isRetracted = (id: number) => gone.has(id);

  function expected() {
    pending = pending.filter(({ until }) => version < until);
    const known = [...held.values()]
      .filter(({ id, position }) => position >= tail && !gone.has(id))
      .sort((a, b) => b.position - a.position);
    const rows = known.map((each) => {
      const concerned = pending.filter(
        ({ id, position }) => (id ?? each.id) === each.id && each.position <= position,
      );
      return {
        ...each,
        status: concerned.reduce((status, { action }) => after(action, status), each.status),
      };
    });
    const isAllRead = pending.some(({ id }) => id === undefined);
    const unseen = isAllRead ? 0 : count - known.filter(isUnread).length;
    return {
      notifications: rows.filter(({ status }) => shownStatuses.includes(status)),
      unreadCount: Math.max(0, unseen + rows.filter(isUnread).length),
    };
  }

  /** The list is what the rule says, and what did not change in it is the same object as before. */
  function check() {
    const { notifications, unreadCount, unseenCount } = changes.shown(({ status }) =>
      shownStatuses.includes(status),
    );
    expect({ notifications, unreadCount }).toEqual(expected());
    expect(unseenCount).toBe(Math.min(count, unreadCount));
    const before = new Map(last.map((each) => [each.id, each]));
    const isSame = (each: Notification) => {
      const { version, status } = before.get(each.id) ?? {};
      return version === each.version && status === each.status;
    };
    for (const each of notifications.filter(isSame)) expect(each).toBe(before.get(each.id));
    if (notifications.length === last.length && notifications.every(isSame)) expect(notifications).toBe(last);
    last = notifications;
  }

  const rowsOf = (ids: number[]) =>
    ids
      .filter((id) => !isRetracted(id))
      .map((id) => held.get(id) ?? row(id, Math.min(id, version)))
      .sort((a, b) => b.position - a.position);
  const pageOf = (ids: number[], hasMore: boolean): FeedPage => ({
    data: rowsOf(ids),
    next_cursor: hasMore ? `${rowsOf(ids).at(-1)?.position ?? 0}` : null,
    ...stateAt(version, count),
  });
  const turnTo = ({ data, next_cursor }: FeedPage) => {
    tail = Number(next_cursor);
    for (const each of data) take(each);
  };
  function replace(ids: number[], hasMore: boolean) {
    const page = pageOf(ids, hasMore);
    held = new Map();
    turnTo(page);
    hear(version, count);
    inbox.replace(page);
  }
  const next = (notification: Notification, unread_count: number): InboxFrame => {
    version += 1;
    const known = { ...notification, version };
    take(known);
    hear(version, unread_count);
    return { type: 'notification.updated', ...stateAt(version, unread_count), notification: known };
  };

  return {
    check,
    replace,
    extend(ids: number[], hasMore: boolean) {
      const page = pageOf(ids, hasMore);
      turnTo(page);
      inbox.add(page);
    },
    /** @param isMove whether the row moves up by it */
    frame(id: number, status: Status, unread: number, isMove: boolean) {
      if (isRetracted(id)) return;
      const { position } = held.get(id) ?? row(id);
      const to = isMove ? 1_000 + version : position;
      inbox.onFrame(next({ ...row(id, 0, status), position: to }, unread));
    },
    catchUp(ids: number[], status: Status, unread: number) {
      const since = version;
      const living = ids.filter((id) => !isRetracted(id));
      const data = living.map((id) => {
        version += 1;
        return { ...row(id, version, status), position: held.get(id)?.position ?? id };
      });
      for (const each of data) take(each);
      hear(version, unread);
      inbox.add({ ...stateAt(version, unread), reset: false, data }, since);
    },
    retract(ids: number[], unread: number) {
      version += 1;
      for (const id of ids) gone.add(id);
      hear(version, unread);
      const marked = { type: 'inbox.marked', action: 'retract', status: 'retracted', ids } as const;
      inbox.onFrame({ ...marked, ...stateAt(version, unread) });
    },
    readAll(before_position: number, unread: number) {
      version += 1;
      for (const each of held.values())
        if (isUnread(each) && each.position <= before_position && each.version < version)
          held.set(each.id, { ...each, status: 'read', version });
      hear(version, unread);
      inbox.onFrame({ type: 'inbox.read_all', ...stateAt(version, unread), before_position });
    },
    setFilter(chosen: readonly Status[], ids: number[], hasMore: boolean) {
      shownStatuses = chosen;
      inbox.begin();
      counted = -1;
      check();
      replace(ids, hasMore);
      if (answer.version > version) hear(answer.version, answer.count);
    },
    mark(action: Action, id: number) {
      pending.push({ action, id, position: held.get(id)?.position ?? Infinity, until: Infinity });
      void changes.mark(action, [id]);
      check();
    },
    markAll(before_position: number) {
      pending.push({ action: 'read', id: undefined, position: before_position, until: Infinity });
      void changes.change('read-all', { before_position });
      check();
    },
    /** Answers the oldest change as of the next version, or lets it fail. A mark that changes its row is its own frame. */
    settle(works: boolean) {
      const settle = settles.shift();
      const answered = pending.find(({ until }) => until === Infinity);
      if (!settle || !answered) return;
      const { id = 0, action, position } = answered;
      answered.until = works ? version + 1 : -1;
      if (!works) return settle.reject(new NotificationError('unavailable', 'The service is away.'));
      answer = { version: version + 1, count };
      hear(answer.version, count);
      const before = held.get(id);
      const status = before && before.position <= position ? after(action, before.status) : undefined;
      const isChanged = status !== undefined && status !== before?.status;
      settle.resolve({ updated: isChanged ? [id] : [], ...stateAt(version + 1, count) });
      if (!before || !isChanged) return;
      version += 1;
      take({ ...before, status, version });
    },
  };
}

const id = fc.integer({ min: 1, max: 12 });
const ids = fc.uniqueArray(id, { maxLength: 8 });
const status = fc.constantFrom(...statuses);
const unread = fc.nat(12);
const step = fc.oneof(
  fc.record({ op: fc.constant('frame' as const), id, status, unread, isMove: fc.boolean() }),
  fc.record({ op: fc.constant('catchUp' as const), ids, status, unread }),
  fc.record({ op: fc.constant('readAll' as const), id, unread }),
  fc.record({ op: fc.constant('retract' as const), ids, unread }),
  fc.record({ op: fc.constant('extend' as const), ids, hasMore: fc.boolean() }),
  fc.record({ op: fc.constant('replace' as const), ids, hasMore: fc.boolean() }),
  fc.record({
    op: fc.constant('filter' as const),
    chosen: fc.subarray(statuses),
    ids,
    hasMore: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('change' as const),
    action: fc.constantFrom(...actions),
    id,
    isAll: fc.boolean(),
  }),
  fc.record({ op: fc.constant('settle' as const), works: fc.boolean() }),
);

describe('the list', () => {
  it('is what the rule makes of all rows, and keeps what has not changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const world = setUp();
        world.replace([3, 2, 1], false);
        world.check();
        for (const each of steps) {
          if (each.op === 'frame') world.frame(each.id, each.status, each.unread, each.isMove);
          else if (each.op === 'catchUp') world.catchUp(each.ids, each.status, each.unread);
          else if (each.op === 'readAll') world.readAll(each.id, each.unread);
          else if (each.op === 'retract') world.retract(each.ids, each.unread);
          else if (each.op === 'extend') world.extend(each.ids, each.hasMore);
          else if (each.op === 'replace') world.replace(each.ids, each.hasMore);
          else if (each.op === 'filter') world.setFilter(each.chosen, each.ids, each.hasMore);
          else if (each.op === 'change' && each.isAll) world.markAll(each.id);
          else if (each.op === 'change') world.mark(each.action, each.id);
          else world.settle(each.works);
          // The answer to a change goes through promises.
          await new Promise(setImmediate);
          world.check();
        }
      }),
      { numRuns: 500 },
    );
  });

  /** How often `metadata.type` is read, which every row has that the store compares with its filter. */
  function storeOf(count: number) {
    let looks = 0;
    let snapshot: NotificationSnapshot | undefined;
    const metadata = {
      get type() {
        looks += 1;
        return 'booked';
      },
    };
    const rowOf = (id: number, status?: Status) => ({ ...row(id, id, status), metadata });
    const options = {
      environment: { isOnline: () => true } as Environment,
      signal: new AbortController().signal,
      initialData: {
        data: Array.from({ length: count }, (_, index) => rowOf(count - index)),
        next_cursor: null,
        ...stateAt(count, count),
      },
      userId: user_id,
      filter: { type: 'booked' },
      onSessionExpired: undefined,
    };
    const api = { request: () => new Promise(() => {}) } as unknown as Api;
    const publish = (next: NotificationSnapshot) => {
      snapshot = next;
    };
    const store = createStore(options, api, publish, nothing);
    store.prove({ user_id });
    return {
      store,
      shown: () => snapshot?.notifications,
      /** How often the store looks at a row for the frame of the row. */
      looksFor(id: number, version: number, status?: Status) {
        looks = 0;
        const notification = { ...rowOf(id, status), version };
        store.onFrame({ type: 'notification.updated', ...stateAt(version, 1), notification });
        return looks;
      },
    };
  }

  it('looks at the row of a frame and not at the 10,000 others', () => {
    const { looksFor, shown } = storeOf(10_000);
    // A new row is also compared before it is announced.
    expect(looksFor(10_001, 10_001)).toBeLessThanOrEqual(2);
    expect(looksFor(1, 10_002, 'read')).toBe(1);
    expect(shown()).toHaveLength(10_001);
    expect(shown()?.at(-1)?.status).toBe('read');
  });

  it('looks at the rows of a frame and of a change that is on its way, and not at the 10,000 others', () => {
    const { store, looksFor, shown } = storeOf(10_000);
    void store.mark('read', [5]);
    expect(looksFor(10_001, 10_001)).toBeLessThanOrEqual(3);
    expect(shown()?.at(-5)?.status).toBe('read');
  });

  it('is not read below the row of a frame', () => {
    let reads = 0;
    const counting = (id: number): Notification =>
      Object.defineProperty(row(id), 'position', {
        get() {
          reads += 1;
          return id;
        },
      });
    const inbox = createInbox(nothing, nothing, () => true);
    inbox.prove({ user_id });
    const data = Array.from({ length: 10_000 }, (_, index) => counting(10_000 - index));
    inbox.replace({ data, next_cursor: null, ...stateAt(10_000, 0) });
    inbox.list((each) => [each]);
    reads = 0;
    const notification = row(10_001);
    inbox.onFrame({ type: 'notification.created', ...stateAt(10_001, 0), notification });
    expect(inbox.list((each) => [each])[0]).toBe(notification);
    expect(reads).toBeLessThan(10);
  });
});
