import { createNotificationClient } from '../../client/src/client.ts';
import { NotificationError } from '../../client/src/error.ts';
import type { NotificationClient, NotificationFilter, NotificationSnapshot } from '../../client/src/types.ts';
import { type Browser, createBrowser, type Tab } from './browser.ts';
import { createCloud } from './cloud.ts';
import { toText } from './failures.ts';
import { createJournal, type Trace } from './journal.ts';
import { createLoop } from './loop.ts';
import type { Schedule } from './schedule.ts';
import { calm } from './weather.ts';

/** A page with the client in it. */
export interface Page {
  tab: Tab;
  browser: Browser;
  client: NotificationClient;
  isStarted: boolean;
}

export type World = ReturnType<typeof createWorld>;

export const userId = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

/** The world of a schedule, before its first step. */
export function createWorld(
  { seed, installation, users, browsers, tokenLifeMs }: Schedule,
  isTraced: boolean,
) {
  const loop = createLoop(Date.UTC(2026, 0, 1));
  const lines: string[] = [];
  const start = loop.now();
  const note: Trace = isTraced
    ? (line) => void lines.push(`${((loop.now() - start) / 1_000).toFixed(3).padStart(10)}  ${line}`)
    : undefined;
  const journal = createJournal(note);
  const weather = { ...calm };
  const cloud = createCloud({ seed, loop, weather, journal, installation, tokenLifeMs, trace: note });
  const ports = { seed, loop, weather, cloud, journal, tokenLifeMs, trace: note };
  const all = browsers.map(({ user, ...settings }, index) =>
    createBrowser(`browser ${index + 1}`, userId(user), settings, ports),
  );
  const pages: Page[] = [];

  /** What may be said of a page at any moment. */
  function check(
    name: string,
    user: string,
    { notifications, unreadCount, error }: NotificationSnapshot,
  ): void {
    const foreign = notifications.find(({ user_id }) => user_id !== user);
    if (foreign) journal.violate('only one’s own', `${name} shows ${foreign.id} of ${foreign.user_id}`);
    const isInOrder = notifications.every(({ id }, index) => id < (notifications[index - 1]?.id ?? Infinity));
    if (!isInOrder) {
      journal.violate('in order, once', `${name} shows ${notifications.map(({ id }) => id).join(' ')}`);
    }
    if (error && !(error instanceof NotificationError)) {
      journal.violate('failures are foreseen', `${name} shows ${toText(error)}`);
    }
    if (unreadCount < 0) journal.violate('unread count', `${name} shows ${unreadCount}`);
  }

  return {
    loop,
    weather,
    journal,
    cloud,
    lines,
    trace: note,
    users: Array.from({ length: users }, (_, index) => userId(index)),
    browsers: all,
    pages,
    /** Opens a tab, whose page starts the client. */
    openTab(browser: Browser, filter: NotificationFilter, pageSize: number): void {
      const tab = browser.open();
      const client = createNotificationClient(
        {
          apiUrl: 'https://api.example',
          webSocketUrl: 'wss://socket.example',
          getToken: tab.getToken,
          connectionMinimumLifetimeMinutes: installation.minimumLifetimeMs / 60_000,
          filter,
          pageSize,
        },
        tab.environment,
      );
      client.subscribe(() => check(tab.name, tab.state.user, client.getSnapshot()));
      let announced = new Set<string>();
      client.on('notification', ({ id, user_id }) => {
        if (announced.has(`${user_id} ${id}`)) {
          journal.violate('announced once', `${tab.name} announced ${id} again`);
        }
        announced = announced.add(`${user_id} ${id}`);
      });
      client.start();
      pages.push({ tab, browser, client, isStarted: true });
    },
  };
}
