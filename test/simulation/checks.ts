import { isDeepStrictEqual } from 'node:util';
import type { Notification } from '../../functions/core/notification.ts';
import { nameOf } from '../world/journal.ts';
import { isInBell, type Page, type SimulatedWorld } from './simulated-world.ts';

const second = 1_000;
/** Who has a socket knows by then what a tick has done, and who has none has asked for it. */
const toldWithinMs = 15 * second;
const polledWithinMs = 45 * second;
const changedWithinMs = 10 * second;
const renewedWithinMs = 5 * second;
/** A page whose socket has just opened syncs: it asks, at most once a second, and again where its list is to be loaded anew. */
const caughtUpWithinMs = 4 * second;
/** Every page was used so long ago at most when what the pages show is compared with what is stored. */
const usedWithinMs = 10 * second;

/** Every open socket that nobody has sent away is registered. */
export function checkRegistry({ loop, cloud, journal }: SimulatedWorld): void {
  for (const { connection_id, state, connection, isReplaced } of cloud.gateway.sockets.values()) {
    if (state !== 'open' || !connection || connection.expires_at <= loop.now()) continue;
    const isLeaving = isReplaced || cloud.deliveries.replaced.has(connection_id);
    if (!isLeaving && !cloud.registry.has(connection)) {
      journal.violate('open sockets are registered', `${connection_id} of ${nameOf(connection.user_id)}`);
    }
  }
}

/** Every page has a socket again, unless its connection was replaced and it waits until it is used. */
export async function checkLines(world: SimulatedWorld, pages: readonly Page[] = world.pages): Promise<void> {
  const { loop, cloud, journal } = world;
  const isReplaced = (page: Page) =>
    cloud.gateway.usersReplaced.has(page.tab.state.user) || isLeftAlone(world, page);
  const isCutOff = (page: Page) =>
    !isReplaced(page) && !hasJustChanged(world, page) && !isReached(world, page);
  const cutOff = pages.filter((page) => page.isStarted && isCutOff(page));
  // A client whose clock is ahead renews its socket early and has none for a moment.
  const isAhead = ({ browser }: Page) => browser.now() > loop.now();
  if (cutOff.some(isAhead)) await loop.advance(renewedWithinMs);
  for (const page of cutOff.filter((each) => !isAhead(each) || isCutOff(each))) {
    journal.violate('every page has a socket', `${page.tab.name} of ${nameOf(page.tab.state.user)}`);
  }
}

/** Each page shows what is stored: what it has loaded, and after loading, all of it. */
export async function checkPages(world: SimulatedWorld, when: string): Promise<void> {
  // Whoever has just got the token of another user is about to load their inbox.
  if (started(world).some((page) => hasJustChanged(world, page))) await world.loop.advance(changedWithinMs);
  const usedAt = world.loop.now() - usedWithinMs;
  await awaitTicks(world, usedAt);
  for (const page of world.pages) await checkPage(world, page, when);
  for (const { client } of started(world)) {
    for (let loaded = 0; client.getSnapshot().hasMore && loaded < 200; loaded += 1) {
      client.loadMore();
      await world.loop.advance(second);
    }
  }
  await awaitTicks(world, usedAt);
  for (const page of world.pages) await checkPage(world, page, `${when}, and all of it is loaded`);
}

/** Lets what a tick has just done come to the pages. */
async function awaitTick({ loop, cloud }: SimulatedWorld, ms: number): Promise<void> {
  const { timeline } = cloud.database;
  while (loop.now() < timeline.firedAt() + ms) await loop.advance(timeline.firedAt() + ms - loop.now());
}

/**
 * Lets what ticks have done since the pages were used come to all of them. A page that was left alone neither hears nor polls:
 * it learns of it when it is used.
 */
async function awaitTicks(world: SimulatedWorld, usedAt: number): Promise<void> {
  const { loop, cloud } = world;
  const { timeline } = cloud.database;
  await awaitTick(world, polledWithinMs);
  const leftAlone = started(world).filter((page) => isLeftAlone(world, page));
  if (leftAlone.length === 0 || timeline.firedAt() < usedAt) return;
  const now = loop.now();
  for (const { tab } of leftAlone) tab.page('visibilitychange');
  await loop.advance(caughtUpWithinMs);
  if (timeline.firedAt() >= now) await awaitTicks(world, now);
}

const hasJustChanged = ({ loop }: SimulatedWorld, { tab }: Page): boolean =>
  loop.now() - tab.state.changedAt < changedWithinMs;

/** Pages in which the client runs. */
export const started = ({ pages }: SimulatedWorld) => pages.filter(({ isStarted }) => isStarted);

async function checkPage({ loop, cloud, journal }: SimulatedWorld, page: Page, when: string): Promise<void> {
  if (!page.isStarted) return;
  const { tab, client, scope } = page;
  const { notifications, unreadCount, unseenCount, hasMore, filter, isLoading } = client.getSnapshot();
  const { status = ['unread', 'read'], type = [] } = filter;
  const types = [type].flat();
  const truth = await cloud.database.truth(tab.state.user, status);
  const matching = truth.notifications.filter(
    (row) => isInBell(row, scope) && (types.length === 0 || types.some((each) => each === row.metadata.type)),
  );
  const shape = timeless(loop.now());
  const expected = hasMore ? matching.slice(0, notifications.length) : matching;
  if (isLoading || !isDeepStrictEqual(notifications.map(shape), expected.map(shape))) {
    const [shown, stored] = [notifications, expected].map((rows) => rows.map(inShort).join(' '));
    journal.violate('shown as stored', `${when}, ${tab.name} shows [${shown}]; stored is [${stored}]`);
  }
  const { unread_count, unseen_count } = (scope && truth.scopes[scope]) || truth;
  if (unreadCount !== unread_count) {
    journal.violate('unread count', `${when}, ${tab.name} shows ${unreadCount}, not ${unread_count}`);
  }
  if (unseenCount !== unseen_count) {
    journal.violate('unseen count', `${when}, ${tab.name} shows ${unseenCount}, not ${unseen_count}`);
  }
}

// The frame of a change of many does not say when it was, and whether it has taken away an expiry that is over.
const timeless =
  (now: number) =>
  ({ updated_at: _, expires_at, ...row }: Notification) => ({
    ...row,
    expires_at: expires_at !== null && Date.parse(expires_at) > now ? expires_at : null,
  });

const inShort = ({ id, position, status, version }: Notification) =>
  `${id}${position === id ? '' : `^${position}`}:${status}@${version}`;

/** Whether pushes to this page's user come to its browser. */
function isReached(world: SimulatedWorld, page: Page, sinceMs = 0): boolean {
  const { loop, cloud } = world;
  const { browser, tab } = page;
  if (hasJustChanged(world, page)) return false;
  return [...browser.sockets].some(([connection_id, { user, tab: owner }]) => {
    const socket = cloud.gateway.sockets.get(connection_id);
    const isOwn = owner.name === tab.name || (browser.canShare && !owner.state.isFrozen);
    return (
      isOwn &&
      user === tab.state.user &&
      socket?.state === 'open' &&
      socket.connection !== undefined &&
      cloud.registry.has(socket.connection) &&
      socket.connection.connected_at <= loop.now() - sinceMs &&
      socket.connection.expires_at > loop.now()
    );
  });
}

/** A replaced tab gets its connection back when its page is used, up to the limit. */
export async function checkFilled(world: SimulatedWorld): Promise<void> {
  const { loop, browsers, users, journal } = world;
  // Those that are without while they renew, as above, would have to be waited for all together.
  if (browsers.some((browser) => browser.now() > loop.now())) return;
  const short = await shortages(world, users);
  if (short.size === 0) return;
  // A renewal may just have taken the place of another connection, whose page gets it back when it is used again. Or one
  // may have made room for another that is still on its way.
  for (const { tab } of started(world)) if (short.has(tab.state.user)) tab.page('visibilitychange');
  await loop.advance(renewedWithinMs);
  for (const shortage of (await shortages(world, [...short.keys()])).values()) {
    journal.violate('every page has a socket', shortage);
  }
}

/** The users with fewer sockets than they could have, and a description of each. */
async function shortages(
  { cloud, browsers, pages }: SimulatedWorld,
  users: readonly string[],
): Promise<Map<string, string>> {
  const sockets = new Map(browsers.flatMap((browser) => [...browser.sockets]));
  const found = new Map<string, string>();
  for (const user of users) {
    const tabs = pages.filter(({ isStarted, tab }) => isStarted && tab.state.user === user);
    const wanted = browsers.flatMap((browser) => {
      const own = tabs.filter((page) => page.browser === browser);
      return browser.canShare ? own.slice(0, 1) : own;
    }).length;
    const held = [...sockets.values()].filter((socket) => socket.user === user).length;
    // The row of a socket that is gone without a word takes a place until that is noticed.
    const { live } = await cloud.registry.find(user);
    const left = live.filter(({ connection_id }) => !sockets.has(connection_id)).length;
    const least = Math.min(wanted, cloud.installation.connectionLimit - left);
    if (held < least) found.set(user, `${nameOf(user)} has ${held} sockets, and ${least} have a place`);
  }
  return found;
}

/** A goodbye to it was given up or is on its way: its row is gone, and its socket none the wiser. */
const isLeftAlone = ({ cloud }: SimulatedWorld, { browser }: Page): boolean =>
  [...browser.sockets.keys()].some((id) => cloud.deliveries.replaced.has(id));

/** A page without a socket polls, so every page is right after a quiet time. */
export async function checkPolled(world: SimulatedWorld): Promise<void> {
  await awaitTick(world, polledWithinMs);
  for (const page of started(world)) {
    if (!isLeftAlone(world, page)) await checkPage(world, page, 'after two quiet minutes');
  }
}

/** If nothing went wrong, no user has more sockets than the limit allows. */
export function checkLimit({ cloud, users, journal }: SimulatedWorld): void {
  const open = [...cloud.gateway.sockets.values()].filter(({ state }) => state === 'open');
  for (const user of users) {
    const sockets = open.filter(({ connection }) => connection?.user_id === user).length;
    if (sockets > cloud.installation.connectionLimit)
      journal.violate('within the limit', `${nameOf(user)} has ${sockets} sockets`);
  }
}

/** The tabs of one user in one browser share one socket, but for the moment in which it is renewed. */
export async function checkShared({ loop, browsers, journal }: SimulatedWorld): Promise<void> {
  const sharing = browsers.filter(({ canShare }) => canShare);
  const before = new Set(sharing.flatMap(({ sockets }) => [...sockets.keys()]));
  await loop.advance(renewedWithinMs);
  for (const { name, sockets } of sharing) {
    const lasting = [...sockets].filter(([connection_id]) => before.has(connection_id));
    for (const [user, own] of Map.groupBy(lasting, ([, socket]) => socket.user)) {
      if (own.length === 1) continue;
      const owners = own.map(([, { tab }]) => tab.name).join(' and ');
      journal.violate('one socket for all tabs', `${name} has one for ${nameOf(user)} in ${owners}`);
    }
  }
}

/** Pages that pushes come to show what is stored, without having had to ask. */
export async function checkReached(
  world: SimulatedWorld,
  when: string,
  pages: readonly Page[] = world.pages,
): Promise<void> {
  await awaitTick(world, toldWithinMs);
  const { journal } = world;
  const before = journal.violations.length;
  for (const page of pages) {
    if (page.isStarted && isReached(world, page, caughtUpWithinMs)) await checkPage(world, page, when);
  }
  // The same test, but another promise: that it is shown, and that it is shown now.
  for (const violation of journal.violations.slice(before)) violation.invariant = 'at once';
}
