import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NotificationClientOptions } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

/** As in an app that is not typed, or whose environment has no such variable. */
type Wrong = { [Name in keyof NotificationClientOptions]?: unknown };

const clientWith = (world: ReturnType<typeof createClientWorld>, options: Wrong) =>
  world.client(options as NotificationClientOptions);

const complaints: unknown[] = [];
beforeEach(() => {
  complaints.length = 0;
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((...words) => complaints.push(...words));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('options that cannot work', () => {
  it.each<[keyof NotificationClientOptions, unknown]>([
    ['apiUrl', undefined],
    ['apiUrl', null],
    ['apiUrl', ''],
    ['apiUrl', 'undefined'],
    ['apiUrl', 'api.example'],
    ['apiUrl', 'wss://socket.example'],
    ['apiUrl', 'https://'],
    ['apiUrl', 'https:///path'],
    ['apiUrl', 'https://exa mple'],
    ['apiUrl', 'https://api.example?stage=1'],
    ['apiUrl', '//api.example'],
    ['apiUrl', 42],
    ['apiUrl', Symbol('url')],
    ['apiUrl', Object.create(null)],
    ['webSocketUrl', undefined],
    ['webSocketUrl', 'https://socket.example'],
    ['webSocketUrl', '/socket'],
    ['webSocketUrl', 'wss://socket.example#1'],
    ['getToken', undefined],
    ['getToken', 'eyJ'],
  ])('send nothing, and say what to set: %s %j', async (name, value) => {
    const world = createClientWorld();
    const client = clientWith(world, { [name]: value });
    const end = client.start();
    await world.minutes(1);
    await client.refresh();
    expect(await client.markAllAsRead()).toBe(false);
    expect(client.getSnapshot()).toMatchObject({
      notifications: [],
      isLoading: false,
      status: 'unreachable',
      error: { code: 'invalid_options', message: expect.stringContaining(name) },
    });
    expect(complaints.slice(0, 2)).toEqual([client.getSnapshot().error?.message, 'belfry: They are']);
    expect(complaints[2]).toHaveProperty(name, name === 'getToken' ? typeof value : value);
    expect(world.tokens()).toBe(0);
    end();
    client.stop();
    expect(client.getSnapshot().error?.code).toBe('invalid_options');
  });
});

describe('options that are written in another way', () => {
  it.each<Wrong>([
    { apiUrl: 'https://api.example/' },
    { apiUrl: ' https://api.example// \n' },
    { apiUrl: 'HTTPS://API.example' },
    { webSocketUrl: 'wss://socket.example/' },
    { userId: null },
    { userId: '' },
    { filter: null },
    { initialData: null },
    { pageSize: undefined },
  ])('%o work', async (options) => {
    const world = createClientWorld();
    await world.create('Hello');
    const client = clientWith(world, options);
    client.start();
    await world.seconds(5);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', unreadCount: 1, error: null });
    expect(complaints).toEqual([]);
  });
});

describe('options that cannot be used', () => {
  const values = [null, '', 0, -1, 1.5, Number.NaN, {}, [], '20', () => undefined, Symbol('x')];
  const names = [
    'userId',
    'filter',
    'pageSize',
    'scope',
    'tokenTransport',
    'onSessionExpired',
    'initialData',
  ] as const;
  const cases = names.flatMap((name) => values.map((value) => [name, value] as const));

  it.each(cases)('never throw: %s %j', async (name, value) => {
    const world = createClientWorld();
    await world.create('One');
    const client = clientWith(world, { [name]: value });
    client.start();
    await world.seconds(2);
    expect(client.getSnapshot().notifications).toBeDefined();
    client.setFilter(value as never);
    await client.refresh();
    client.stop();
  });

  it.each(values.filter((value) => !Number.isInteger(value)))(
    'are the default of pageSize: %j',
    async (pageSize) => {
      const world = createClientWorld();
      for (let count = 0; count < 21; count += 1) await world.create();
      const client = clientWith(world, { pageSize });
      client.start();
      await world.seconds(1);
      expect(client.getSnapshot()).toMatchObject({ hasMore: true, error: null });
      expect(client.getSnapshot().notifications).toHaveLength(20);
    },
  );
});

describe('initialData that is no page', () => {
  it.each([
    ['an error of the service', { code: 'unauthenticated', detail: 'No token.' }],
    ['a text', '<!doctype html>'],
    ['a page without its list', { version: 1, unread_count: 1, next_cursor: null }],
    ['a page of nothing', { version: 1, unread_count: 1, next_cursor: null, data: [null] }],
    ['a page without a version', { unread_count: 1, next_cursor: null, data: [] }],
  ])('counts as none: %s', async (_, initialData) => {
    const world = createClientWorld();
    const client = clientWith(world, { initialData });
    expect(client.getSnapshot()).toMatchObject({ notifications: [], unreadCount: 0, isLoading: true });
    client.start();
    await world.seconds(5);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', isLoading: false, error: null });
  });
});
