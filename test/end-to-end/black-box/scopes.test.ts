import { describe, expect, it } from 'vitest';
import type { InboxState, Notification } from '../../../functions/core/notification.ts';
import { errorType } from '../../support/gateway-needs.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { command, installation, newUser } from '../../support/installation.ts';

const belfry = installation();
const scopes = ['attendee', 'organizer', 'admin'];

async function create(user: string, scope: string | null = null): Promise<Notification> {
  return (await belfry.invoke(command(user, { scope }))).created.notification;
}

const stateOf = async (user: string) =>
  (await belfry.as(user).get<InboxState>('/notifications/unread-count')).body;
const counts = (unread_count: number, unseen_count = unread_count) => ({ unread_count, unseen_count });

describe('a notification', () => {
  it('has the scope of its command, and none by default', async () => {
    const user = newUser();
    expect(await create(user, 'organizer')).toMatchObject({ scope: 'organizer' });
    expect(await create(user)).toMatchObject({ scope: null });
  });

  it('is counted by the bell of its scope and, without a scope, by every bell, in answers and in frames', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    await create(user, 'attendee');
    await create(user, 'organizer');
    await create(user);
    const state = {
      version: 3,
      ...counts(3),
      scopes: { attendee: counts(2), organizer: counts(2), admin: counts(1) },
    };
    expect(await stateOf(user)).toEqual({ user_id: user, ...state });
    expect((await socket.settled()).at(-1)).toMatchObject({ type: 'notification.created', ...state });
    await socket.close();
  });

  it('is listed by the bell of its scope and, without a scope, by every bell', async () => {
    const user = newUser();
    const [attendee, organizer, none] = [
      await create(user, 'attendee'),
      await create(user, 'organizer'),
      await create(user),
    ];
    const listed = async (query: string) =>
      (await belfry.as(user).get<{ data: Notification[] }>(`/notifications${query}`)).body.data;
    expect(await listed('?scope=attendee')).toEqual([none, attendee]);
    expect(await listed('?scope=organizer')).toEqual([none, organizer]);
    expect(await listed('?scope=admin')).toEqual([none]);
    expect(await listed('')).toEqual([none, organizer, attendee]);
  });
});

describe('read-all in the bell of a scope', () => {
  it('reads what that bell shows, and says its bounds to every socket', async () => {
    const user = newUser();
    await create(user, 'attendee');
    const { position: before_position } = await create(user);
    await create(user, 'organizer');
    const socket = await belfry.connect(user);
    const { body } = await belfry
      .as(user)
      .post<InboxState>('/notifications/read-all', { scope: 'attendee', before_position });
    const state = { ...counts(1), scopes: { attendee: counts(0), organizer: counts(1), admin: counts(0) } };
    expect(body).toEqual({ updated: 2, user_id: user, version: 4, ...state });
    expect(await socket.next()).toEqual({
      type: 'inbox.read_all',
      user_id: user,
      version: 4,
      ...state,
      before_position,
      scope: 'attendee',
    });
    await socket.close();
  });
});

describe('what was seen', () => {
  it('in the bell of a scope is of that scope or of none, stays unread, and is told every socket', async () => {
    const user = newUser();
    await create(user, 'attendee');
    await create(user);
    const { position: before_position } = await create(user, 'organizer');
    const socket = await belfry.connect(user);
    const { body } = await belfry
      .as(user)
      .post<InboxState>('/notifications/seen', { before_position, scope: 'attendee' });
    expect(body).toEqual({
      user_id: user,
      version: 4,
      ...counts(3, 1),
      scopes: { attendee: counts(2, 0), organizer: counts(2, 1), admin: counts(1, 0) },
    });
    expect(await socket.next()).toEqual({ type: 'inbox.seen', ...body, before_position, scope: 'attendee' });
    await socket.close();
  });

  it('in no particular bell is of all, and changes nothing again', async () => {
    const user = newUser();
    await create(user, 'attendee');
    const { position: before_position } = await create(user);
    const seen = () => belfry.as(user).post<InboxState>('/notifications/seen', { before_position });
    const { body } = await seen();
    expect(body).toMatchObject({ version: 3, ...counts(2, 0) });
    expect((await seen()).body).toEqual(body);
  });

  it('hides nothing that comes later, whatever position is named', async () => {
    const user = newUser();
    await create(user);
    await belfry.as(user).post('/notifications/seen', { before_position: Number.MAX_SAFE_INTEGER });
    await create(user);
    expect(await stateOf(user)).toEqual(sharedState(user, 3, 2, 1));
  });

  it('is seen no less when it is marked unread again', async () => {
    const user = newUser();
    const { id } = await create(user);
    for (const action of ['read', 'unread']) await belfry.as(user).post(`/notifications/${id}/${action}`);
    expect(await stateOf(user)).toEqual(sharedState(user, 3, 1, 0));
  });
});

describe('a scope that is not configured', () => {
  const refusal = `scope must be one of ${scopes.join(', ')}; it is "speaker"`;

  it('is refused by every route, with its name and those that are configured', async () => {
    const user = newUser();
    await create(user);
    const me = belfry.as(user, { scope: 'notifications:create' });
    const before = await stateOf(user);
    const answers = [
      await me.get('/notifications?scope=speaker'),
      await me.post('/notifications/read-all', { scope: 'speaker' }),
      await me.post('/notifications/archive-read', { scope: 'speaker' }),
      await me.post('/notifications/seen', { scope: 'speaker', before_position: 1 }),
      await me.post('/notifications', command(user, { scope: 'speaker' })),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', detail: refusal });
    }
    expect(await stateOf(user)).toEqual(before);
  });

  it('is refused by a direct invocation', errorType, async () => {
    const { error } = await belfry.invoke(command(newUser(), { scope: 'speaker' }));
    expect(error).toMatchObject({ errorType: 'ValidationError', errorMessage: refusal });
  });
});
