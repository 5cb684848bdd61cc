import { describe, expect, it } from 'vitest';
import { createWorld } from './support/world.ts';

const titles = (client: { getSnapshot(): { notifications: readonly { title: string }[] } }) =>
  client.getSnapshot().notifications.map(({ title }) => title);

describe('a client', () => {
  it('loads the first page and goes live', async () => {
    const world = createWorld();
    await world.create('One');
    await world.create('Two');
    const client = world.client();
    expect(client.getSnapshot()).toMatchObject({ notifications: [], isLoading: true, status: 'connecting' });
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Two', 'One']);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 2, isLoading: false, status: 'live', error: null });
  });

  it('shows a notification that is created while it is open, at once', async () => {
    const world = createWorld();
    const client = world.client();
    client.start();
    await world.seconds(1);
    await world.create('Ding');
    expect(titles(client)).toEqual(['Ding']);
    expect(client.getSnapshot().unreadCount).toBe(1);
  });
});
