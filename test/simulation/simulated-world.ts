import { createNotificationClient } from '../../client/src/client.ts';
import type { Environment } from '../../client/src/environment.ts';
import { NotificationError } from '../../client/src/error.ts';
import { listOf, queryOf } from '../../client/src/filter.ts';
import type { NotificationClient, NotificationSnapshot } from '../../client/src/types.ts';
import type { FeedPage, Notification } from '../../client/src/wire.ts';
import type { Browser, Tab } from '../world/browser.ts';
import { toText } from '../world/failures.ts';
import { nameOf } from '../world/journal.ts';
import { issueToken } from '../world/tokens.ts';
import { calm } from '../world/weather.ts';
import { createWorld } from '../world/world.ts';
import type { Operation } from './operation.ts';
import type { Schedule } from './schedule.ts';

/** A page with the client in it. */
export interface Page {
  tab: Tab;
  browser: Browser;
  client: NotificationClient;
  /** The scope of its frontend. Undefined: it shows everything. */
  scope: string | undefined;
  isStarted: boolean;
  /** The highest position that there was when the whole list was last changed by a click; Infinity if the page had none. */
  newestAtClick: number;
  /** How many sessions its app has ended or begun. */
  sessions: number;
}

type OpenTab = Extract<Operation, { kind: 'open tab' }>;

export type SimulatedWorld = ReturnType<typeof createSimulatedWorld>;

/** More events than any schedule has: one that gets here goes round in circles. */
const mostEvents = 200_000;

export const userId = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

/** Whether the bell of a scope shows it. */
export const isInBell = (row: Notification, scope: string | undefined): boolean =>
  scope === undefined || row.scope === null || row.scope === scope;

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
  /** The first page for each filter that was given to a client as `initialData`. */
  const kept = new Map<string, FeedPage>();

  /** What may be said of a page at any moment. */
  function check(
    name: string,
    user: string,
    { notifications, unreadCount, unseenCount, userId, error }: NotificationSnapshot,
  ): void {
    if (userId !== null && userId !== user) {
      journal.violate(
        'only one’s own',
        `${name} is ${nameOf(user)}’s, and shows the inbox of ${nameOf(userId)}`,
      );
    }
    if (userId === null && unreadCount !== 0) {
      journal.violate('only one’s own', `${name} counts ${unreadCount} of nobody`);
    }
    const foreign = notifications.find(({ user_id }) => user_id !== user);
    if (foreign) journal.violate('only one’s own', `${name} shows ${foreign.id} of ${foreign.user_id}`);
    const isInOrder = notifications.every(
      ({ position }, index) => position < (notifications[index - 1]?.position ?? Infinity),
    );
    if (!isInOrder || new Set(notifications.map(({ id }) => id)).size < notifications.length) {
      const shown = notifications.map(({ id, position }) => `${id} at ${position}`).join(', ');
      journal.violate('in order, once', `${name} shows ${shown}`);
    }
    if (error && !(error instanceof NotificationError)) {
      journal.violate('failures are foreseen', `${name} shows ${toText(error)}`);
    }
    if (unreadCount < 0) journal.violate('unread count', `${name} shows ${unreadCount}`);
    if (unseenCount < 0 || unseenCount > unreadCount) {
      journal.violate('unseen count', `${name} shows ${unseenCount} of ${unreadCount} unread ones`);
    }
  }

  /** What an app's server gets from `GET /notifications` for a page. Nothing if that fails. */
  async function initialDataOf(cause: string, operation: OpenTab): Promise<FeedPage | undefined> {
    const { initialData, filter, scope, pageSize } = operation;
    if (!initialData) return;
    const key = JSON.stringify({ filter, scope });
    const known = kept.get(key);
    if (initialData.isKept && known) return known;
    const token = issueToken({ sub: userId(initialData.user % users) }, world.loop.now(), 3_600_000);
    const query = new URLSearchParams({ limit: `${pageSize}`, ...queryOf(listOf(filter, scope)) });
    const url = `https://api.example/notifications?${query}`;
    const { status, text } = await world.cloud.request(cause, { method: 'GET', url, token, body: '' });
    if (status !== 200) return;
    const page: FeedPage = JSON.parse(text);
    kept.set(key, known ?? page);
    return page;
  }

  return {
    ...world,
    lines,
    users: Array.from({ length: users }, (_, index) => userId(index)),
    browsers,
    pages,
    /** Opens a tab, whose page starts the client, after the app's server has rendered it. */
    async openTab(cause: string, browser: Browser, operation: OpenTab): Promise<void> {
      const { filter, scope, pageSize } = operation;
      const initialData = await initialDataOf(cause, operation);
      const ids = { "the service's": browser.state.user, "the app's": `app ${browser.state.user}` };
      const ownId = operation.userId && ids[operation.userId];
      const tab = browser.open();
      /** Looks at what the page sends. */
      const fetch: Environment['fetch'] = (url, init) => {
        const page = pages.find((each) => each.tab === tab);
        const bound = /(read-all|archive-read)$/.test(url) ? JSON.parse(`${init.body}`).before_position : 0;
        if (page && bound > page.newestAtClick) {
          const detail = `${tab.name} changes all up to ${bound}, and there was ${page.newestAtClick} at most`;
          journal.violate('a click is about what was there', detail);
        }
        return tab.environment.fetch(url, init);
      };
      /** The app says that this is the user, until the service has answered. */
      const assumed = initialData?.user_id === ownId ? ownId : undefined;
      const client = createNotificationClient(
        {
          apiUrl: 'https://api.example',
          webSocketUrl: 'wss://socket.example',
          getToken: tab.getToken,
          connectionMinimumLifetimeMinutes: installation.minimumLifetimeMs / 60_000,
          filter,
          scope,
          pageSize,
          initialData,
          userId: ownId,
        },
        { ...tab.environment, fetch },
      );
      const look = () => {
        const user = tab.state.answered ? tab.state.user : (assumed ?? tab.state.user);
        const snapshot = client.getSnapshot();
        check(tab.name, user, snapshot);
        const gone = snapshot.notifications.find(({ id }) => tab.state.retracted.has(id));
        if (gone) journal.violate('retracted is gone', `${tab.name} knows it, and shows ${gone.id}`);
      };
      look();
      client.subscribe(look);
      let announced = new Set<string>();
      client.on('notification', (row) => {
        const { id, position, user_id } = row;
        if (!isInBell(row, scope)) {
          journal.violate('announced once', `${tab.name} announced ${id}, which is of another bell`);
        }
        if (user_id !== tab.state.user) {
          journal.violate('only one’s own', `${tab.name} announced ${id} of ${nameOf(user_id)}`);
        }
        if (announced.has(`${user_id} ${position}`)) {
          journal.violate('announced once', `${tab.name} announced ${id} again`);
        }
        announced = announced.add(`${user_id} ${position}`);
      });
      client.start();
      pages.push({ tab, browser, client, scope, isStarted: true, newestAtClick: 0, sessions: 0 });
    },
  };
}
