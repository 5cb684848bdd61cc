import { describe, expect, it } from 'vitest';
import { addressOf } from '../../client/src/socket-address.ts';
import type { NotificationClientOptions } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

/** A started client whose token is longer by so many characters, and what its sockets were opened with. */
async function start(
  extra: number,
  tokenTransport?: NotificationClientOptions['tokenTransport'],
  around = (token: string) => token,
) {
  const world = createClientWorld();
  const tab = world.tab();
  const { openSocket } = tab.environment;
  const opened: { url: string; protocols: string[] | undefined }[] = [];
  tab.environment.openSocket = (url, protocols) => {
    opened.push({ url, protocols });
    return openSocket(url, protocols);
  };
  const state = { extra };
  const client = world.client(
    { tokenTransport, getToken: () => around(world.token(world.user, { more: 'x'.repeat(state.extra) })) },
    tab,
  );
  client.start();
  await world.seconds(2);
  return { world, tab, client, opened, state };
}

describe('a token', () => {
  it.each([
    ['query', 0, 'query'],
    ['protocol', 0, 'protocol'],
    ['query', 3_500, 'protocol'],
    ['protocol', 3_500, 'protocol'],
    ['query', 5_500, 'protocol'],
  ] as const)(
    'goes by %s, unless it fits only the other way (%i characters more: by %s)',
    async (chosen, extra, expected) => {
      const { client, opened } = await start(extra, chosen);
      expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
      const [{ url, protocols } = { url: '', protocols: undefined }] = opened;
      if (expected === 'query') expect([url.includes('?token='), protocols]).toEqual([true, undefined]);
      else
        expect([url, protocols]).toEqual(['wss://socket.example', ['belfry', expect.stringMatching(/^eyJ/)]]);
    },
  );

  it.each([' %', '%\n', '\t %\r\n '])('is used without white space around it: %j', async (pattern) => {
    for (const transport of ['query', 'protocol'] as const) {
      const { world, client, opened } = await start(0, transport, (token) => pattern.replace('%', token));
      expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
      expect(`${opened[0]?.url} ${opened[0]?.protocols}`).not.toMatch(/%20|%0A|%09|[\s]$/);
      expect(world.service.upgrades[0]).toMatch(/^eyJ[^\s]*$/);
    }
  });

  it.each(['query', 'protocol'] as const)(
    'that is too long for both makes the client poll and say so (%s)',
    async (transport) => {
      const { world, tab, client, opened, state } = await start(6_500, transport);
      const check = () => {
        const { status, error } = client.getSnapshot();
        expect([status, error?.code]).toEqual(['polling', 'token_too_long']);
        expect(error?.message).toMatch(/The token has \d{4} characters/);
      };
      check();
      for (let minute = 0; minute < 60; minute += 1) {
        await world.create();
        await world.minutes(1);
        if (minute % 7 === 0) tab.page('focus');
        if (minute % 9 === 0) client.refresh();
        if (minute % 11 === 0) tab.page('online');
        await world.seconds(1);
        check();
        expect(client.getSnapshot().unreadCount).toBe(minute + 1);
      }
      expect(opened).toEqual([]);
      // Those of an hour, and one each time that the page is used or the network changes.
      expect(world.tokens()).toBeLessThan(25);
      state.extra = 0;
      await world.minutes(20);
      expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
    },
  );

  it('is counted as it stands in the URL', () => {
    const options = { webSocketUrl: 'wss://a.example/x', tokenTransport: 'query' } as const;
    const room = 4_096 - 'wss://a.example/x?token='.length;
    expect(addressOf(options, 'x'.repeat(room))).toHaveLength(1);
    expect(addressOf(options, 'x'.repeat(room + 1))).toEqual([
      'wss://a.example/x',
      ['belfry', 'x'.repeat(room + 1)],
    ]);
    expect(addressOf(options, '/'.repeat(room / 3))).toHaveLength(1);
    expect(addressOf(options, '/'.repeat(room / 3 + 1))).toBeUndefined();
  });

  it.each(['a/b', 'a=', 'a b', 'a,b', 'ä', 'a"b', 'a@b', '(a)', 'a:b;c'])(
    'that is no name of a protocol goes by query: %j',
    (token) => {
      const options = { webSocketUrl: 'wss://a.example', tokenTransport: 'protocol' } as const;
      expect(addressOf(options, token)).toEqual([`wss://a.example?token=${encodeURIComponent(token)}`]);
    },
  );
});
