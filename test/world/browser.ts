import type { Environment, PageEvent } from '../../client/src/environment.ts';
import { createChannels } from './channels.ts';
import type { Cloud } from './cloud.ts';
import { createDice } from './dice.ts';
import type { Journal, Trace } from './journal.ts';
import { createLocks, locksOfTab } from './locks.ts';
import type { Loop } from './loop.ts';
import { createNetwork, type NetworkTab } from './network.ts';
import { issueSealedToken, issueToken, readToken } from './tokens.ts';
import type { Weather } from './weather.ts';

/** A browser's settings. */
export interface BrowserSettings {
  /** Its clock is ahead by this, and runs so many times as fast. */
  clockAheadMs: number;
  clockRate: number;
  /** Whether it knows Web Locks and BroadcastChannel. */
  canShare: boolean;
  /** Whether only the service can tell whose the tokens are. Default: false. */
  areTokensSealed?: boolean;
}

interface WorldPorts {
  seed: number;
  loop: Loop;
  weather: Weather;
  cloud: Cloud;
  journal: Journal;
  tokenLifeMs: number;
  trace: Trace;
}

export type Browser = ReturnType<typeof createBrowser>;
export type Tab = ReturnType<Browser['open']>;

/** A browser: tabs that share a sign-in, a clock, locks, channels and the network. */
export function createBrowser(name: string, user: string, settings: BrowserSettings, ports: WorldPorts) {
  const { seed, loop, weather, journal, tokenLifeMs } = ports;
  const { clockAheadMs, clockRate, canShare, areTokensSealed = false } = settings;
  const isClockRight = clockAheadMs === 0 && clockRate === 1;
  const start = loop.now();
  const requestLock = createLocks();
  const { openChannel, say } = createChannels(loop, weather);
  /** Who is signed in, whether the network is gone without a word, and whether the browser knows that it is gone. */
  const state = { user, isOffline: false, knowsOffline: false };
  const network = createNetwork({
    ...ports,
    name,
    state,
    onToken(token, use) {
      if (!isClockRight || readToken(token).exp * 1_000 > loop.now()) return;
      journal.violate('expired tokens are not used', `${name} ${use}`);
    },
    onAnswer({ state }, token) {
      const { sub, jti = '' } = readToken(token);
      const number = Number(jti.split(' ').at(-1));
      // An answer to an older token comes too late to say who is signed in.
      if (number < state.answered) return;
      state.answered = number;
      if (areTokensSealed) changeUser(state, sub);
    },
  });
  let tabs = 0;
  let tokens = 0;

  function changeUser(state: NetworkTab['state'], user: string): void {
    if (state.user !== user) Object.assign(state, { user, changedAt: loop.now() });
  }

  const now = () => start + (loop.now() - start) * clockRate + clockAheadMs;

  function open() {
    tabs += 1;
    const dice = createDice(seed, `${name}.${tabs}`);
    const listeners = new Set<(event: PageEvent) => void>();
    const waiting: (() => void)[] = [];
    const tabState = {
      isFrozen: false,
      isClosed: false,
      isVisible: true,
      requests: 0,
      user: '',
      changedAt: 0,
      answered: 0,
      retracted: new Set<number>(),
    };
    const { promise: death, resolve: die } = Promise.withResolvers<void>();

    /** Whatever runs in a page waits while it is frozen, and is lost when it is closed. */
    function task(run: () => void): void {
      if (tabState.isClosed) return;
      if (tabState.isFrozen) waiting.push(run);
      else run();
    }

    const tab: NetworkTab = { name: `${name}.${tabs}`, dice, state: tabState, task };
    const environment: Environment = {
      now,
      after(ms, run) {
        let isCalledOff = false;
        const cancel = loop.after(ms / clockRate, () => task(() => isCalledOff || run()));
        return () => {
          isCalledOff = true;
          cancel();
        };
      },
      random: dice.random,
      isOnline: () => !state.knowsOffline,
      isVisible: () => tabState.isVisible,
      fetch: (url, init) => network.fetch(tab, url, init),
      openSocket: (url, protocols) => network.openSocket(tab, url, protocols),
      openChannel: canShare ? (channel) => openChannel(channel, task) : undefined,
      locks: canShare ? locksOfTab(requestLock, death, task) : undefined,
      watchPage(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };

    return {
      name: tab.name,
      state: tabState,
      environment,
      /** What the application's server answers: a token of who is signed in. */
      async getToken(): Promise<string> {
        await loop.sleep(1 + dice.below(weather.requestDelayMs));
        if (state.isOffline || dice.chance(weather.requestLoss)) {
          throw new TypeError('The application is not reachable.');
        }
        tokens += 1;
        const jti = `${name} ${tokens}`;
        if (areTokensSealed) return issueSealedToken(state.user, { jti }, loop.now(), tokenLifeMs);
        changeUser(tabState, state.user);
        return issueToken({ sub: state.user, jti }, loop.now(), tokenLifeMs);
      },
      page(event: PageEvent): void {
        task(() => {
          for (const listener of [...listeners]) listener(event);
        });
      },
      freeze(): void {
        tabState.isFrozen = true;
      },
      thaw(): void {
        tabState.isFrozen = false;
        for (const run of waiting.splice(0)) loop.after(0, () => task(run));
      },
      /** As when the user closes it: nothing in it runs any more, and what it held is given back. */
      close(): void {
        tabState.isClosed = true;
        die();
        network.leave(tab);
      },
    };
  }

  return {
    name,
    canShare,
    /** Sends something to all tabs, whichever channels they have opened. */
    say,
    /** Its own clock. */
    now,
    state,
    /** The open sockets by their connection ids. */
    sockets: network.sockets,
    open,
  };
}
