import type { Api } from './api.ts';
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts';
import type { Environment, PageEvent } from './environment.ts';
import type { NotificationError } from './error.ts';
import { type Election, joinElection } from './leader.ts';
import type { Store } from './store.ts';
import type { Tokens } from './tokens.ts';
import type { ConnectionStatus } from './types.ts';
import type { InboxFrame } from './wire.ts';

const tickEveryMs = 30_000;
/** Browsers let timers of hidden pages run once a minute; what is later than this has slept. */
const sleptAfterMs = 90_000;
const usedAtMostEveryMs = 10_000;

/** What the leading tab tells the others. */
interface Word {
  frame?: InboxFrame;
  status?: ConnectionStatus;
  /** A socket was opened: what came before it may have been missed. */
  isOpened?: boolean;
}

/**
 * This tab's presence: in the election of its user's tabs, and where it leads, at the service.
 *
 * Feeds the inbox from a socket of this tab or of the one that leads, and asks for what may have been missed: when a
 * socket has opened, when the page comes to the front or wakes, and every 15 to 30 minutes, since even a socket that
 * answers proves nothing about the row that makes pushes reach it.
 *
 * @param nameOf the name that just the tabs of this user share, once there is a token; empty where they cannot share
 */
export function createPresence(
  environment: Environment,
  tokens: Tokens,
  api: Api,
  { feed, note, setStatus, snapshot }: Store,
  options: ConnectionOptions,
  nameOf: () => string,
) {
  const { now, after, random, watchPage } = environment;
  let election: Election<Word> | undefined;
  let connection: Connection | undefined;
  let unwatch: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  let isAway = true;
  let tickedAt = 0;
  let usedAt = 0;
  let syncedAt = 0;
  let syncEveryMs = 0;

  function share(frame: InboxFrame): void {
    election?.tell({ frame });
    feed.onFrame(frame);
  }

  /** Whether the token, or a request with it, has worked. That nothing is reached is the status, and no error. */
  function hasWorked(error?: NotificationError): boolean {
    if (!error || /token|unauth/.test(error.code)) note(error);
    return !error;
  }

  function poll(): Promise<boolean> {
    return api.unreadCount().then((state) => {
      share({ type: 'inbox.changed', ...state });
      return hasWorked();
    }, hasWorked);
  }

  function lead(): void {
    connection = createConnection(environment, tokens, options, {
      onFrame: share,
      onOpen() {
        election?.tell({ isOpened: true });
        return feed.sync();
      },
      onStatus(status) {
        setStatus(status);
        election?.tell({ status });
      },
      poll,
    });
    connection.connect();
  }

  function stopLeading(): void {
    connection?.close();
    connection = undefined;
  }

  /** Joins the other tabs of this user, who is known by the first token. */
  async function join(isLate = false): Promise<void> {
    const isKnown = await tokens.current().then(() => hasWorked(), hasWorked);
    // It may have been asked for twice, and the tab may have been left.
    if (isAway || election) return;
    if (!isKnown) return setStatus('offline');
    election = joinElection(environment, nameOf(), lead, deposed, hear, answer);
    // The first page may be older than this: what the leader has said until now was not heard here.
    if (isLate) feed.sync();
  }

  function deposed(): void {
    stopLeading();
    wake(false);
  }

  function hear({ frame, status, isOpened }: Word): void {
    if (status) setStatus(status);
    if (isOpened) feed.sync();
    if (frame) feed.onFrame(frame);
  }

  function answer(isUsed: boolean): void {
    election?.tell({ status: snapshot().status });
    if (isUsed) connection?.wake(true);
  }

  function arrive(): void {
    if (!isAway) return;
    isAway = false;
    tickedAt = syncedAt = now();
    // Not the same for all, who may have begun together. Drawn only here: nothing random may be asked for while rendering.
    syncEveryMs = (15 + 15 * random()) * 60_000;
    cancelTick = after(tickEveryMs, tick);
    feed.start();
    join();
  }

  function leave(): void {
    if (isAway) return;
    isAway = true;
    cancelTick?.();
    stopLeading();
    election?.leave();
    election = undefined;
    feed.pause();
    setStatus('connecting');
  }

  function tick(): void {
    cancelTick = after(tickEveryMs, tick);
    // Or its clock was set back, by which everything would be late.
    const hasSlept = Math.abs(now() - tickedAt) > sleptAfterMs;
    tickedAt = now();
    if (hasSlept) wake(false);
    if (connection) connection.tick();
    // The one that leads may be frozen.
    else nudge(false);
    if (now() - syncedAt < syncEveryMs) return;
    syncedAt = now();
    feed.sync();
  }

  function wake(isUsed: boolean): void {
    if (isAway) return;
    feed.sync();
    nudge(isUsed);
  }

  function nudge(isUsed: boolean): void {
    if (connection) connection.wake(isUsed);
    else if (election) election.check(isUsed);
    else join(true);
  }

  function onPage(event: PageEvent): void {
    if (event === 'pagehide') leave();
    else if (event === 'pageshow') arrive();
    else if (event === 'visibilitychange') wake(true);
    else if (/line/.test(event)) wake(false);
    // Only here it makes a difference, and for each key it would be too often.
    else if (snapshot().status !== 'live' && now() - usedAt > usedAtMostEveryMs) {
      usedAt = now();
      nudge(true);
    }
  }

  return {
    start(): void {
      unwatch ??= watchPage(onPage);
      arrive();
    },
    pause(): void {
      unwatch?.();
      unwatch = undefined;
      leave();
    },
    refresh(): Promise<void> {
      if (!isAway) nudge(true);
      return feed.sync();
    },
    isLeader: () => !!connection,
  };
}
