import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { type Connection, createConnection } from './connection.ts';
import type { Environment, PageEvent } from './environment.ts';
import type { NotificationError } from './error.ts';
import type { Feed } from './feed.ts';
import { type Election, joinElection } from './leader.ts';
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

/** This tab's presence: in the election of its user's tabs, and where it leads, at the service. */
export type Presence = ReturnType<typeof createPresence>;

/**
 * Feeds the inbox from a socket of this tab or of the one that leads, and asks for what may have been missed: when a
 * socket has opened, when the page comes to the front or wakes, and every 15 to 30 minutes, since even a socket that
 * answers proves nothing about the row that makes pushes reach it.
 *
 * @param nameOf the name that just the tabs of this user share, once there is a token; undefined where tabs cannot share
 * @param onTry told how each attempt to get hold of the service without a socket went
 */
export function createPresence({
  webSocketUrl,
  minimumLifetimeMs,
  environment,
  tokens,
  api,
  feed,
  nameOf,
  onStatus,
  onTry,
}: {
  webSocketUrl: string;
  minimumLifetimeMs: number;
  environment: Environment;
  tokens: Tokens;
  api: Api;
  feed: Feed;
  nameOf: () => string | undefined;
  onStatus: (status: ConnectionStatus) => void;
  onTry: (error?: NotificationError) => void;
}) {
  const { now, after } = environment;
  let status: ConnectionStatus = 'connecting';
  let election: Election<Word> | undefined;
  let connection: Connection | undefined;
  let unwatch: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  /** The attempt to join that is under way. */
  let joining: object | undefined;
  let cancelJoin: (() => void) | undefined;
  let isAway = true;
  let tickedAt = 0;
  let usedAt = Number.NEGATIVE_INFINITY;
  let syncAt = 0;

  function show(changed: ConnectionStatus): void {
    status = changed;
    onStatus(changed);
  }

  function share(frame: InboxFrame): void {
    election?.tell({ frame });
    feed.onFrame(frame);
  }

  async function poll(): Promise<void> {
    try {
      share({ type: 'inbox.changed', ...(await api.unreadCount()) });
      onTry();
    } catch (error) {
      // The API rejects with nothing else.
      onTry(error as NotificationError);
      throw error;
    }
  }

  function lead(): void {
    connection = createConnection({
      webSocketUrl,
      tokens,
      environment,
      minimumLifetimeMs,
      onFrame: (frame) => 'version' in frame && share(frame),
      onOpen() {
        election?.tell({ isOpened: true });
        return feed.sync();
      },
      onStatus(changed) {
        show(changed);
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
  async function join(failures = 1): Promise<void> {
    const mine = {};
    joining = mine;
    const error = await tokens.current().then(
      () => undefined,
      (reason: NotificationError) => reason,
    );
    if (joining !== mine) return;
    onTry(error);
    if (error) {
      show('offline');
      cancelJoin = after(backoffMs(environment, failures), () => join(failures + 1));
      return;
    }
    election = joinElection<Word>({
      name: nameOf(),
      environment,
      onLead: lead,
      onDeposed: stopLeading,
      onMessage({ frame, status: told, isOpened }) {
        if (told) show(told);
        if (isOpened) feed.sync();
        if (frame) feed.onFrame(frame);
      },
      onAsked(isUsed) {
        election?.tell({ status });
        if (isUsed) connection?.wake(true);
      },
    });
    // The first page may be older than this: what the leader has said until now was not heard here.
    if (failures > 1) feed.sync();
  }

  function arrive(): void {
    if (!isAway) return;
    isAway = false;
    tickedAt = now();
    planSync();
    cancelTick = after(tickEveryMs, tick);
    feed.start();
    join();
  }

  function leave(): void {
    if (isAway) return;
    isAway = true;
    cancelTick?.();
    cancelJoin?.();
    joining = undefined;
    stopLeading();
    election?.leave();
    election = undefined;
    feed.pause();
    show('connecting');
  }

  function planSync(): void {
    syncAt = now() + (15 + 15 * environment.random()) * 60_000;
  }

  function tick(): void {
    cancelTick = after(tickEveryMs, tick);
    const hasSlept = now() - tickedAt > sleptAfterMs;
    tickedAt = now();
    if (hasSlept) wake(false);
    connection?.tick();
    if (now() < syncAt) return;
    planSync();
    feed.sync();
  }

  const hasLine = (): boolean => status === 'live' || status === 'connecting';

  function wake(isUsed: boolean): void {
    if (isAway) return;
    feed.refresh();
    nudge(isUsed);
  }

  function nudge(isUsed: boolean): void {
    if (connection) connection.wake(isUsed);
    else election?.check(isUsed);
  }

  function onPage(event: PageEvent): void {
    if (event === 'hidden') leave();
    else if (event === 'shown') arrive();
    else if (event !== 'used') wake(event === 'visible');
    // Only here it makes a difference, and for each key it would be too often.
    else if (!hasLine() && now() - usedAt > usedAtMostEveryMs) {
      usedAt = now();
      nudge(true);
    }
  }

  return {
    start(): void {
      unwatch ??= environment.watchPage(onPage);
      arrive();
    },
    pause(): void {
      unwatch?.();
      unwatch = undefined;
      leave();
    },
    wake,
    isLeader: () => connection !== undefined,
  };
}
