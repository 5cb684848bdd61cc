import { createNotificationClient } from '../../client/src/client.ts';
import { NotificationError } from '../../client/src/error.ts';
import type { NotificationClient, NotificationFilter, NotificationSnapshot } from '../../client/src/types.ts';
import type { Browser, Tab } from '../world/browser.ts';
import { toText } from '../world/failures.ts';
import { calm } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';
import type { Schedule } from './schedule.ts';

/** A page with the client in it. */
export interface Page {
  tab: Tab;
  browser: Browser;
  client: NotificationClient;
  isStarted: boolean;
}

export type SimulatedWorld = ReturnType<typeof createSimulatedWorld>;

/** More events than any schedule has: one that gets here goes round in circles. */
const mostEvents = 200_000;

export const userId = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

/** The world of a schedule, before its first step. */
export function createSimulatedWorld(schedule: Schedule, isTraced: boolean) {
  const { installation, users } = schedule;
  const lines: string[] = [];
  const onLine = isTraced ? (line: string) => void lines.push(line) : undefined;
  const world = createWorld({ ...schedule, weather: calm, onLine, mostEvents });
  const { journal } = world;
  const browsers = schedule.browsers.map(({ user, ...settings }) =>
    world.openBrowser(userId(user), settings),
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
    ...world,
    lines,
    users: Array.from({ length: users }, (_, index) => userId(index)),
    browsers,
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
