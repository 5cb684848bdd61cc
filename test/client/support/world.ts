import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createNotificationClient } from '../../../client/src/client.ts';
import type { NotificationClientOptions } from '../../../client/src/types.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { createBrowser, type Tab } from './browser.ts';
import { seededRandom } from './random.ts';
import { createService } from './service.ts';
import { tokenOf } from './tokens.ts';

export type World = ReturnType<typeof createWorld>;

/** A clock, a service and a browser, the same for the same seed. */
export function createWorld({ seed = 1, canShare = true, tokenLifeMs = 15 * 60_000 } = {}) {
  const clock = createTestClock();
  const random = seededRandom(seed);
  const service = createService({ clock, random });
  const newBrowser = () => createBrowser({ clock, random, service, canShare });
  const browser = newBrowser();
  const user = randomUUID();
  let tokens = 0;

  /** A fresh token. */
  const token = (sub = user, claims = {}): string => {
    tokens += 1;
    const now = Math.floor(clock.now() / 1_000);
    return tokenOf({ sub, iat: now, exp: now + tokenLifeMs / 1_000, jti: String(tokens), ...claims });
  };

  return {
    clock,
    random,
    service,
    user,
    token,
    newBrowser,
    tab: browser.tab,
    tokens: () => tokens,
    /** A client in a tab of its own, not started. */
    client(options: Partial<NotificationClientOptions> = {}, tab: Tab = browser.tab()) {
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
    create: (title = 'Hello', metadata = {}) => service.create(user, title, metadata),
    /** Lets everything that is due within these seconds happen. */
    seconds: (count: number) => clock.advance(count * 1_000),
    minutes: (count: number) => clock.advance(count * 60_000),
  };
}
