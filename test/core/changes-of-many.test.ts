import { beforeEach, describe, expect, it } from 'vitest';
import type { Bounds } from '../../functions/core/feed.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { NotificationService } from '../../functions/core/notification-service.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingPublisher, type RecordingPublisher } from '../fakes/recording-publisher.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { policyOf } from '../support/policy.ts';
import { servicesOver } from '../support/services.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const policy = policyOf({
  scopes: ['attendee', 'organizer'],
  types: { promo: {}, digest: { default: 'off' } },
});
const all: Bounds = { before_position: null, scope: null, types: [] };

let repository: InMemoryRepository;
let publisher: RecordingPublisher;
let service: NotificationService;

beforeEach(() => {
  repository = createInMemoryRepository(() => 0, policy);
  publisher = createRecordingPublisher();
  service = servicesOver(repository, { publisher, policy, clock: () => 0 }).service;
});

/** A notification that comes without a push. */
async function stored(scope: string | null = null, type = 'promo', user_id = alice): Promise<Notification> {
  const content = contentOf({ metadata: { type } });
  const [outcome] = await repository.create(content, ruleOf({ scope }), [user_id], null);
  const notification = outcome?.notification;
  if (!notification || notification.status === 'retracted') throw new Error('create answered nothing');
  return notification;
}

const readOf = async (...given: Parameters<typeof stored>) => {
  const notification = await stored(...given);
  await repository.mark(notification.user_id, notification.id, 'read');
  return notification;
};

const statusOf = async ({ user_id, id }: Notification) => (await repository.find(user_id, id))?.status;
const marksOf = (...notifications: Notification[]) =>
  notifications.map(({ id, position }) => ({ id, position }));
const frames = () => publisher.pushes.map(({ frame }) => frame);

describe('Marking several', () => {
  it('is one change of the inbox, one frame, and answers which have changed', async () => {
    const [first, second] = [await stored('attendee'), await stored('organizer')];
    const answer = await service.markMany(alice, { action: 'read', marks: marksOf(first, second) });
    expect(answer).toEqual({ updated: [first.id, second.id], ...(await repository.inbox(alice)) });
    expect(answer).toMatchObject({ version: 3, unread_count: 0, scopes: { attendee: { unread_count: 0 } } });
    const { updated: ids, ...state } = answer;
    expect(publisher.pushes).toEqual([
      { user_id: alice, frame: { type: 'inbox.marked', ...state, action: 'read', status: 'read', ids } },
    ]);
  });

  it('names the status that the action leads to', async () => {
    const notification = await readOf();
    await service.markMany(alice, { action: 'archive', marks: marksOf(notification) });
    expect(frames()).toMatchObject([{ action: 'archive', status: 'archived', ids: [notification.id] }]);
  });

  it('leaves out those of others, those in another status, and those that have moved up', async () => {
    const [mine, read, moved] = [await stored(), await readOf(), await stored()];
    const others = await stored(null, 'promo', bob);
    repository.moveUp(alice, moved.id);
    const marks = marksOf(mine, read, moved, others);
    const { updated } = await service.markMany(alice, { action: 'read', marks });
    expect(updated).toEqual([mine.id]);
    expect(await Promise.all([moved, others].map(statusOf))).toEqual(['unread', 'unread']);
  });

  it('that changes nothing raises no version and pushes nothing', async () => {
    const read = await readOf();
    const answer = await service.markMany(alice, { action: 'read', marks: marksOf(read) });
    expect(answer).toMatchObject({ updated: [], version: 2 });
    expect(publisher.pushes).toEqual([]);
  });

  it('is pushed as inbox.changed in a burst', async () => {
    for (let n = 0; n < 20; n += 1) await stored();
    await service.markMany(alice, { action: 'read', marks: marksOf(await stored()) });
    expect(frames()).toEqual([{ type: 'inbox.changed', ...(await repository.inbox(alice)) }]);
  });
});

describe('Reading all within bounds', () => {
  it('reads what is of the scope or of none, and of the types', async () => {
    const matching = [await stored('attendee'), await stored(null)];
    const others = [await stored('organizer'), await stored('attendee', 'digest')];
    await service.readAll(alice, { ...all, scope: 'attendee', types: ['promo'] });
    expect(await Promise.all(matching.map(statusOf))).toEqual(['read', 'read']);
    expect(await Promise.all(others.map(statusOf))).toEqual(['unread', 'unread']);
  });

  it('repeats its bounds in the frame, with the position that was used', async () => {
    const { position: before_position } = await stored('attendee');
    await service.readAll(alice, { ...all, scope: 'attendee', types: ['promo'] });
    const state = await repository.inbox(alice);
    expect(frames()).toEqual([
      { type: 'inbox.read_all', ...state, before_position, scope: 'attendee', types: ['promo'] },
    ]);
  });
});

describe('Archiving what is read', () => {
  it('archives what is read within the bounds, as one change', async () => {
    const [read, unread, other] = [
      await readOf('attendee'),
      await stored('attendee'),
      await readOf('organizer'),
    ];
    const { version } = await repository.inbox(alice);
    const answer = await service.archiveRead(alice, { ...all, scope: 'attendee' });
    const state = await repository.inbox(alice);
    expect(answer).toEqual({ updated: 1, ...state });
    expect(state.version).toBe(version + 1);
    expect(await Promise.all([read, unread, other].map(statusOf))).toEqual(['archived', 'unread', 'read']);
    expect(frames()).toEqual([
      { type: 'inbox.archived_read', ...state, before_position: read.position, scope: 'attendee' },
    ]);
  });

  it('pushes nothing if nothing is read', async () => {
    await stored();
    expect(await service.archiveRead(alice, all)).toMatchObject({ updated: 0, version: 1 });
    expect(publisher.pushes).toEqual([]);
  });
});

describe('What a user has seen', () => {
  it('is counted no more in the bell of the scope, and stays unread', async () => {
    const [, shared] = [await stored('attendee'), await stored(null), await stored('organizer')];
    const state = await service.seen(alice, { before_position: shared.position, scope: 'attendee' });
    expect(state).toEqual(await repository.inbox(alice));
    expect(state).toMatchObject({
      version: 4,
      unread_count: 3,
      unseen_count: 1,
      scopes: {
        attendee: { unread_count: 2, unseen_count: 0 },
        organizer: { unread_count: 2, unseen_count: 1 },
      },
    });
    expect(frames()).toEqual([
      { type: 'inbox.seen', ...state, before_position: shared.position, scope: 'attendee' },
    ]);
  });

  it('goes up to the newest at most, and the frame says so', async () => {
    const { position: before_position } = await stored();
    const state = await service.seen(alice, { before_position: before_position + 1_000, scope: null });
    expect(frames()).toEqual([{ type: 'inbox.seen', ...state, before_position }]);
    await stored();
    expect(await repository.inbox(alice)).toMatchObject({ unread_count: 2, unseen_count: 1 });
  });

  it('raises no version and pushes nothing if no count changes', async () => {
    const { position: before_position } = await stored();
    await service.seen(alice, { before_position, scope: null });
    const again = await service.seen(alice, { before_position, scope: null });
    expect(again).toMatchObject({ version: 2, unseen_count: 0 });
    expect(frames()).toHaveLength(1);
  });
});

describe('Preferences', () => {
  it('are set as far as they are named, and answered whole', async () => {
    await service.prefer(alice, { off: ['promo'], on: [] });
    expect(await service.prefer(alice, { off: [], on: ['digest'] })).toEqual({
      user_id: alice,
      types: {
        promo: { enabled: false, critical: false },
        digest: { enabled: true, critical: false },
      },
    });
  });

  it('change no inbox, and are pushed without a version', async () => {
    await stored();
    await service.prefer(alice, { off: ['promo'], on: [] });
    expect(await repository.inbox(alice)).toMatchObject({ version: 1, unread_count: 1 });
    expect(publisher.pushes).toEqual([
      { user_id: alice, frame: { type: 'preferences.changed', user_id: alice } },
    ]);
  });
});
