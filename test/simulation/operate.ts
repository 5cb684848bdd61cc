import { snooze, unsnooze } from '../../client/src/snooze.ts';
import type { Notification } from '../../functions/core/notification.ts';
import { checkLines, checkReached } from './checks.ts';
import { createClicks } from './clicks.ts';
import { createContests } from './contests.ts';
import type { Operation, Step } from './operation.ts';
import { createProducers, isOfProducer } from './produce.ts';
import { createProgram, isOfProgram } from './program.ts';
import { type Page, type SimulatedWorld, userId } from './simulated-world.ts';

/** What the client calls the actions. */
const methods = {
  read: 'markAsRead',
  unread: 'markAsUnread',
  archive: 'archive',
  unarchive: 'unarchive',
} as const;

/** What is so of a row after a click that has worked, and was so before if nothing has changed. */
const isSnoozed = ({ status }: Notification) => status === 'snoozed' || status === 'archived';
const isAwake = ({ status }: Notification) => status !== 'snoozed';

/** Enough for two requests for changes, one after the other, in the slowest weather in which nothing is lost. */
const quietMs = 15_000;
/** What was done before has been answered by then, where nothing is wrong. */
const settledMs = 2_000;
const longestBackoffMs = 75_000;
const longestWaitMs = 20 * 60_000;
/** A socket that is dead without a word is found within 75 seconds, and the next one opens. */
const silenceMs = 80_000;

/** How long until shortly before the first push that must not be any more. */
function timeToExpiry({ loop, cloud }: SimulatedWorld, beforeMs: number): number {
  const expiries = [...cloud.gateway.sockets.values()].map(({ expiresAt }) => expiresAt - loop.now());
  const next = Math.min(...expiries.filter((ms) => ms > beforeMs), longestWaitMs);
  return Math.max(0, next - beforeMs);
}

/** Does what a schedule says, one step after the other; nobody waits for the outcome. */
export function createOperator(world: SimulatedWorld) {
  const { loop, cloud, browsers, pages, weather, users } = world;
  const program = createProgram(world);
  const clicks = createClicks(world);
  const { buttonsOf, contest } = createContests(world, clicks);
  const produce = createProducers(world);

  const nth = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];
  const page = (index: number): Page | undefined => nth(pages, index);

  function signIn(operation: Extract<Operation, { kind: 'sign in' }>): void {
    const browser = nth(browsers, operation.browser);
    if (!browser) return;
    browser.state.user = userId(operation.user % users.length);
    for (const each of pages) {
      if (each.browser !== browser || !operation.isAnnounced || !each.isStarted) continue;
      each.sessions += 1;
      each.client.stop();
      each.client.start();
    }
  }

  /** A user whom nobody signs in as. */
  const stranger = userId(9);

  function stray({ versions, isMessage, isMixed }: Extract<Operation, { kind: 'stray' }>): void {
    const say = (user: string, hear: (frame: object) => void) =>
      cloud.database.truth(user).then(({ notifications: [row], has_more: _, ...state }) => {
        const version = state.version + versions;
        const [id, position] = [900_000 + version, 900_000 + version];
        const notification = row && { ...row, id, position, user_id: stranger, version };
        const type = notification ? 'notification.created' : 'inbox.changed';
        hear({
          type,
          ...state,
          user_id: isMixed && row ? user : stranger,
          version,
          unread_count: state.unread_count + 7,
          notification,
        });
      });
    for (const browser of browsers) {
      if (isMessage) say(browser.state.user, (frame) => browser.say({ frame }));
      else
        for (const [id, { user }] of browser.sockets) {
          say(user, (frame) => cloud.gateway.sockets.get(id)?.peer.heard(JSON.stringify(frame)));
        }
    }
  }

  async function operate(id: number, operation: Operation): Promise<void> {
    const cause = `step ${id}`;
    if (isOfProgram(operation)) {
      await program(cause, operation);
      return;
    }
    if (isOfProducer(operation)) {
      await produce(cause, operation);
      return;
    }
    switch (operation.kind) {
      case 'offline':
      case 'online': {
        const browser = nth(browsers, operation.browser);
        if (browser) browser.state.isOffline = operation.kind === 'offline';
        return;
      }
      case 'sign in':
        return signIn(operation);
      case 'open tab': {
        const browser = nth(browsers, operation.browser);
        return browser && world.openTab(cause, browser, operation);
      }
      case 'stray':
        return stray(operation);
      case 'cut':
        for (const id of [...cloud.gateway.sockets.keys()]) cloud.gateway.hangUp(id);
        return;
      case 'revoke':
        return cloud.revoke();
      case 'retention':
        // What it may fail with is looked at where it runs.
        await cloud.purge(cause).catch(() => {});
        return;
      case 'weather':
        Object.assign(weather, operation.weather);
        return;
      case 'tick':
        // One more, perhaps beside another.
        return cloud.tick();
      case 'tick down':
      case 'tick up':
        return cloud.setTickDown(operation.kind === 'tick down');
      case 'await expiry':
      case 'look':
      case 'use':
      case 'silence':
        return;
      default: {
        const mine = page(operation.tab);
        if (mine) await inTab(cause, mine, operation);
      }
    }
  }

  function inTab(cause: string, mine: Page, operation: Extract<Operation, { tab: number }>): unknown {
    const { client, tab } = mine;
    const rows = client.getSnapshot().notifications;
    // Nobody can click into a page that is frozen.
    const isUsable = mine.isStarted && !tab.state.isFrozen;
    switch (operation.kind) {
      case 'click': {
        const row = nth(rows, operation.nth);
        const { action } = operation;
        return row && isUsable && clicks.mark(mine, action, [row.id], () => client[methods[action]](row.id));
      }
      case 'click many': {
        const start = operation.nth % (rows.length || 1);
        const ids = rows.slice(start, start + operation.count).map(({ id }) => id);
        const { action } = operation;
        return isUsable && clicks.mark(mine, action, ids, () => client.mark(action, ids));
      }
      case 'click snooze': {
        const row = nth(rows, operation.nth);
        const until = new Date(loop.now() + operation.seconds * 1_000);
        return row && isUsable && clicks.one(mine, row.id, () => snooze(client, row.id, until), isSnoozed);
      }
      case 'click unsnooze': {
        const row = nth(rows, operation.nth);
        return row && isUsable && clicks.one(mine, row.id, () => unsnooze(client, row.id), isAwake);
      }
      case 'click press': {
        const row = nth(rows, operation.nth);
        const { button } = operation;
        const hasButton = row?.actions?.some(({ id }) => id === button);
        return row && hasButton && isUsable && buttonsOf(mine, row.id).press(button);
      }
      case 'click unpress': {
        const row = nth(rows, operation.nth);
        return row && isUsable && buttonsOf(mine, row.id).takeBack(operation.button);
      }
      case 'contest':
        return isUsable && contest(cause, mine, operation);
      case 'click all':
        return isUsable && clicks.all(mine, client.markAllAsRead);
      case 'click archive read':
        return isUsable && clicks.all(mine, client.archiveAllRead);
      case 'click seen':
        return isUsable && clicks.change(mine, client.markAsSeen);
      case 'load more':
        return client.loadMore();
      case 'refresh':
        return client.refresh();
      case 'filter':
        return client.setFilter(operation.filter);
      case 'page':
        return tab.page(operation.event);
      case 'freeze':
        return tab.freeze();
      case 'thaw':
        return tab.thaw();
      case 'stop':
        mine.sessions += 1;
        if (mine.isStarted) client.stop();
        else client.start();
        mine.isStarted = !mine.isStarted;
        return;
      case 'close tab':
        tab.close();
        pages.splice(pages.indexOf(mine), 1);
    }
  }

  /** Lets requests come through, those too that failed before, and looks at the pages. */
  async function look(): Promise<void> {
    const { requestLoss } = weather;
    weather.requestLoss = 0;
    await loop.advance(requestLoss > 0 ? longestBackoffMs : 0);
    // A stream takes its time for a burst, one frame of a user after the other.
    for (let isQuiet = false; !isQuiet; ) {
      const before = cloud.deliveries.traffic();
      await loop.advance(quietMs);
      const after = cloud.deliveries.traffic();
      isQuiet = after.isAtRest && after.moves === before.moves;
    }
    await checkReached(world, 'when it is quiet');
    weather.requestLoss = requestLoss;
  }

  /** A page that is looked at comes to itself, and takes over the shared socket from one that is frozen. */
  async function use(mine: Page | undefined): Promise<void> {
    if (!mine) return;
    await loop.advance(settledMs);
    mine.tab.thaw();
    // What a frozen page has waited with comes first.
    await loop.advance(settledMs);
    mine.tab.page('pageshow');
    mine.tab.page('visibilitychange');
    await loop.advance(quietMs);
    await checkLines(world, [mine]);
    await checkReached(world, 'after it has been used', [mine]);
  }

  /** The user sees one page, behind a proxy that forgets sockets. */
  async function silence(mine: Page | undefined): Promise<void> {
    if (!mine) return;
    const tabs = pages.filter(({ browser }) => browser === mine.browser).map(({ tab }) => tab);
    for (const tab of tabs) tab.state.isVisible = tab === mine.tab;
    await use(mine);
    for (const id of [...mine.browser.sockets.keys()]) {
      mine.browser.sockets.delete(id);
      cloud.gateway.forget(id);
    }
    await loop.advance(silenceMs);
    await checkLines(world, [mine]);
    for (const tab of tabs) tab.state.isVisible = true;
  }

  return async ({ id, afterMs, operation }: Step): Promise<void> => {
    await loop.advance(afterMs);
    world.trace?.(`step ${id}: ${JSON.stringify(operation)}`);
    if (operation.kind === 'await expiry') return loop.advance(timeToExpiry(world, operation.beforeMs));
    if (operation.kind === 'look') return look();
    if (operation.kind === 'use') return use(page(operation.tab));
    if (operation.kind === 'silence') return silence(page(operation.tab));
    operate(id, operation);
  };
}
