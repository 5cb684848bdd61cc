import { describe, expect, it, vi } from 'vitest';
import { command, installation, newUser } from '../support/installation.ts';
import { liveClient, titles } from '../support/live-client.ts';
import { patience } from '../support/patience.ts';

const belfry = installation();
const live = (user: string, options = {}) => liveClient(belfry, user, options);

describe('the client, with the running system', () => {
  it('shows a notification that is created, with the count, and rings once', async () => {
    const user = newUser();
    await belfry.invoke(command(user, { title: 'Before' }));
    const { client, rung } = await live(user);
    await belfry.invoke(command(user, { title: 'Ding' }));
    await vi.waitFor(() => expect(titles(client)).toEqual(['Ding', 'Before']), patience);
    expect(client.getSnapshot().unreadCount).toBe(2);
    expect(rung).toEqual(['Ding']);
  });

  it('shows on one device what is read and archived on another', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user, { title: 'One' }));
    await belfry.invoke(command(user, { title: 'Two' }));
    const [{ client: here }, { client: there }] = await Promise.all([live(user), live(user)]);
    expect(await here.markAsRead(created.notification.id)).toBe(true);
    await vi.waitFor(() => expect(there.getSnapshot().unreadCount).toBe(1), patience);
    expect(await there.archive(created.notification.id)).toBe(true);
    await vi.waitFor(() => expect(titles(here)).toEqual(['Two']), patience);
    expect(await here.markAllAsRead()).toBe(true);
    await vi.waitFor(() => expect(there.getSnapshot().unreadCount).toBe(0), patience);
    expect(there.getSnapshot().notifications.map(({ status }) => status)).toEqual(['read']);
  });

  it('shows what came while its line was cut, once and in order', async () => {
    const user = newUser();
    const { client, cut, rung, statuses } = await live(user);
    expect(statuses.at(-1)).toBe('live');
    const before = statuses.length;
    cut();
    await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before), patience);
    for (const title of ['One', 'Two', 'Three']) await belfry.invoke(command(user, { title }));
    await vi.waitFor(() => expect(titles(client)).toEqual(['Three', 'Two', 'One']), patience);
    await vi.waitFor(() => expect(client.getSnapshot().status).toBe('live'), patience);
    await belfry.invoke(command(user, { title: 'Four' }));
    await vi.waitFor(() => expect(titles(client)).toEqual(['Four', 'Three', 'Two', 'One']), patience);
    expect(rung).toEqual(['One', 'Two', 'Three', 'Four']);
  });

  it('has one socket for all tabs, by the runtime’s own locks and channels, and hands it over', async () => {
    const user = newUser();
    const first = await live(user, { isTab: true });
    const second = await live(user, { isTab: true });
    expect([first.client.isLeader(), second.client.isLeader()]).toEqual([true, false]);
    const { created } = await belfry.invoke(command(user, { title: 'One' }));
    expect(created.delivery).toMatchObject({ connections: 1, posted: 1 });
    await vi.waitFor(() => expect(titles(second.client)).toEqual(['One']), patience);
    first.client.stop();
    await vi.waitFor(() => expect(second.client.isLeader()).toBe(true), patience);
    await belfry.invoke(command(user, { title: 'Two' }));
    await vi.waitFor(() => expect(titles(second.client)).toEqual(['Two', 'One']), patience);
    expect([first.sockets.length, second.sockets.length]).toEqual([1, 1]);
  });

  it('goes live with a token that is too long for the URL of a socket', async () => {
    const user = newUser();
    const { client } = await live(user, { claims: { groups: 'x'.repeat(5_000) } });
    await belfry.invoke(command(user, { title: 'Ding' }));
    await vi.waitFor(() => expect(titles(client)).toEqual(['Ding']), patience);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });

  it('turns pages of one type, and keeps up with a burst', async () => {
    const user = newUser();
    const { client } = await live(user);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        belfry.invoke(command(user, { title: `${index}`, metadata: { type: index % 2 ? 'odd' : 'even' } })),
      ),
    );
    await vi.waitFor(() => expect(client.getSnapshot().unreadCount).toBe(50), patience);
    client.setFilter({ type: 'odd' });
    await vi.waitFor(
      () => expect(client.getSnapshot()).toMatchObject({ isLoading: false, hasMore: true }),
      patience,
    );
    await client.loadMore();
    expect(titles(client)).toHaveLength(25);
    expect(client.getSnapshot().hasMore).toBe(false);
  });
});
