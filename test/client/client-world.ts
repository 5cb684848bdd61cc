import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createNotificationClient } from '../../client/src/client.ts';
import type { NotificationClientOptions } from '../../client/src/types.ts';
import type { FeedPage } from '../../client/src/wire.ts';
import type { CreatedOne } from '../../functions/core/answers.ts';
import type { Selection } from '../../functions/core/feed.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { Action } from '../../functions/core/status.ts';
import type { Tab } from '../world/browser.ts';
import { issueToken } from '../world/tokens.ts';
import { still } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';

export type ClientWorld = ReturnType<typeof createClientWorld>;

const minutes = 60_000;

/** A service and a browser in which nothing goes wrong and nothing takes time unless a test wants it, and one user. */
export function createClientWorld({
  seed = 1,
  canShare = true,
  clockAheadMs = 0,
  tokenLifeMs = 15 * minutes,
} = {}) {
  const installation = {
    connectionLimit: 10,
    minimumLifetimeMs: 15 * minutes,
    archiveAfterDays: 90,
    deleteAfterDays: 180,
    isIsolated: false,
    mostChanges: 1_000,
  };
  const world = createWorld({ seed, installation, tokenLifeMs, weather: still });
  const { loop, cloud } = world;
  const newBrowser = () => world.openBrowser(user, { canShare, clockAheadMs, clockRate: 1 });
  const user = randomUUID();
  const browser = newBrowser();
  let tokens = 0;
  let changes = 0;

  /** A fresh token. */
  const token = (sub = user, claims = {}): string => {
    tokens += 1;
    return issueToken({ sub, jti: String(tokens), ...claims }, loop.now(), tokenLifeMs);
  };

  /** The name of something that a test does. */
  const cause = () => {
    changes += 1;
    return `change ${changes}`;
  };

  /** Creates a notification; `metadata` may give it a type. */
  async function create(
    user_id: string,
    title: string,
    metadata = {},
    scope: string | null = null,
  ): Promise<Notification> {
    return command({ user_id, title, body: 'Body', metadata, scope });
  }

  /** Does what a command for one user says, and answers the notification. */
  async function command(given: object): Promise<Notification> {
    const answer = await cloud.command(cause(), given);
    // One recipient, one answer. No test here creates what is switched off.
    return (answer as CreatedOne).notification as Notification;
  }

  return {
    clock: loop,
    weather: world.weather,
    installation,
    user,
    token,
    newBrowser,
    tab: browser.open,
    tokens: () => tokens,
    service: {
      ...cloud.traffic,
      /** How many requests and sockets were refused because of their token. */
      refusals: () => cloud.traffic.refusals,
      /** How many sockets are open. */
      connections: () => [...cloud.gateway.sockets.values()].filter(({ state }) => state === 'open').length,
      /** Refuses every token that was issued before this second. */
      refuseAll: cloud.revoke,
      /** Sends this text to every socket. */
      say(text: string): void {
        for (const { peer } of cloud.gateway.sockets.values()) peer.heard(text);
      },
      /** Closes every socket. */
      cut(): void {
        for (const id of [...cloud.gateway.sockets.keys()]) cloud.gateway.hangUp(id);
      },
      /** Closes each socket that was silent for so long, and tells its client nothing, like a proxy that forgets it. */
      forget(idleMs = 0): void {
        for (const { connection_id, heardAt } of [...cloud.gateway.sockets.values()]) {
          if (loop.now() - heardAt >= idleMs) cloud.gateway.forget(connection_id);
        }
      },
      /** How many pings have come. */
      pings: () => cloud.gateway.pings(),
      create,
      command,
      mark: (user_id: string, id: number, action: Action) =>
        cloud.update(cause(), (service) => service.mark(user_id, id, action)),
      markMany: (user_id: string, action: Action, ids: number[]) =>
        cloud.update(cause(), (service) =>
          service.markMany(user_id, { action, marks: ids.map((id) => ({ id, position: null })) }),
        ),
      readAll: (user_id: string, before_position: number | null, selection: Partial<Selection> = {}) =>
        cloud.update(cause(), (service) =>
          service.readAll(user_id, { before_position, scope: null, types: [], ...selection }),
        ),
      archiveRead: (user_id: string) =>
        cloud.update(cause(), (service) =>
          service.archiveRead(user_id, { before_position: null, scope: null, types: [] }),
        ),
      seen: (user_id: string, before_position: number, scope: string | null = null) =>
        cloud.update(cause(), (service) => service.seen(user_id, { before_position, scope })),
      prefer: (user_id: string, type: string, isOn: boolean) =>
        cloud.update(cause(), (service) =>
          service.prefer(user_id, { on: isOn ? [type] : [], off: isOn ? [] : [type] }),
        ),
      snooze: (user_id: string, id: number, until: number) =>
        cloud.update(cause(), (service) => service.snooze(user_id, id, new Date(until).toISOString())),
      press: (user_id: string, id: number, button: string) =>
        cloud.update(cause(), (service) => service.press(user_id, id, button)),
      /** Moves a notification up. */
      moveUp: (user_id: string, id: number) => cloud.moveUp(cause(), user_id, id),
      /** Forgets the changes up to a version, so that whoever asks for them must begin anew. */
      forgetUpTo: cloud.database.model.raiseFloor,
      /** The inbox as it is stored, without the archived rows; newest first. */
      truth: cloud.database.truth,
      /** The first page of a user's inbox, as a server gets it for `initialData`. */
      async page(user_id: string): Promise<FeedPage> {
        const { notifications: data, ...state } = await cloud.database.truth(user_id);
        return { ...state, data, next_cursor: null };
      },
    },
    /** A client in a tab of its own, not started. */
    client(options: Partial<NotificationClientOptions> = {}, tab: Tab = browser.open()) {
      const client = createNotificationClient(
        {
          apiUrl: 'https://api.example',
          webSocketUrl: 'wss://socket.example',
          getToken: () => token(),
          ...options,
        },
        tab.environment,
      );
      onTestFinished(() => client.stop());
      return client;
    },
    create: (title = 'Hello', metadata = {}, scope: string | null = null) =>
      create(user, title, metadata, scope),
    /** Lets everything that is due within these seconds happen. */
    seconds: (count: number) => loop.advance(count * 1_000),
    minutes: (count: number) => loop.advance(count * minutes),
  };
}
