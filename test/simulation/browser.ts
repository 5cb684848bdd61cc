import type { Channel, Environment, PageEvent, Socket } from '../../client/src/environment.ts';
import { createLocks } from '../client/support/browser.ts';
import { readToken, tokenOf } from '../client/support/tokens.ts';
import type { Cloud } from './cloud.ts';
import { createDice, type Dice } from './dice.ts';
import type { Journal, Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import type { Weather } from './weather.ts';

/** A browser's settings. */
export interface BrowserSettings {
  /** Its clock is ahead by this, and runs so many times as fast. */
  clockAheadMs: number;
  clockRate: number;
  /** Whether it knows Web Locks and BroadcastChannel. */
  canShare: boolean;
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

const longestRequestMs = 60_000;

/** A browser: tabs that share a sign-in, a clock, locks, channels and a line to the network. */
export function createBrowser(name: string, user: string, settings: BrowserSettings, ports: WorldPorts) {
  const { seed, loop, weather, cloud, journal, tokenLifeMs, trace } = ports;
  const { clockAheadMs, clockRate, canShare } = settings;
  const isClockRight = clockAheadMs === 0 && clockRate === 1;
  const start = loop.now();
  const locks = createLocks();
  const channels = new Map<string, Set<{ channel: Channel; task: (run: () => void) => void }>>();
  const connections = new Map<
    string,
    { user: string; tab: { name: string; state: { isFrozen: boolean } } }
  >();
  const browser = { user, isOffline: false };
  let tabs = 0;
  let sockets = 0;
  let issued = 0;

  const now = () => start + (loop.now() - start) * clockRate + clockAheadMs;

  /** What the application's server answers: a token of who is signed in. */
  function issueToken(): string {
    issued += 1;
    const iat = Math.floor(loop.now() / 1_000);
    return tokenOf({ sub: browser.user, iat, exp: iat + tokenLifeMs / 1_000, jti: `${name} ${issued}` });
  }

  function checkToken(token: string, use: string): void {
    if (!isClockRight || readToken(token).exp * 1_000 > loop.now()) return;
    journal.violate('expired tokens are not used', `${name} ${use}`);
  }

  /**
   * Takes what a network does: time, or all of it.
   * @returns when it arrives; not before `earliest`
   */
  function travel(dice: Dice, delayMs: number, run: () => void, earliest = 0): number {
    const arrivesAt = Math.max(loop.now() + 1 + dice.below(delayMs), earliest);
    loop.after(arrivesAt - loop.now(), () => {
      if (!browser.isOffline) run();
    });
    return arrivesAt;
  }

  return {
    name,
    canShare,
    /** Its own clock. */
    now,
    /** Who is signed in, and whether the network is gone without a word. */
    ...{ state: browser },
    connections,
    open() {
      tabs += 1;
      const tabName = `${name}.${tabs}`;
      const dice = createDice(seed, tabName);
      const listeners = new Set<(event: PageEvent) => void>();
      const held: (() => void)[] = [];
      const state = { isFrozen: false, isClosed: false, requests: 0, user: '', changedAt: 0 };
      let die = () => {};
      const death = new Promise<void>((resolve) => {
        die = resolve;
      });

      /** Whatever runs in a page waits while it is frozen, and is lost when it is closed. */
      function task(run: () => void): void {
        if (state.isClosed) return;
        if (state.isFrozen) held.push(run);
        else run();
      }

      function fetch(url: string, init: RequestInit): Promise<Response> {
        state.requests += 1;
        const cause = `${tabName} request ${state.requests}`;
        const method = init.method ?? 'GET';
        const token = new Map(Object.entries(init.headers ?? {}))
          .get('authorization')
          ?.slice('Bearer '.length);
        if (token === undefined) throw new Error('A request without a token.');
        checkToken(token, `${method} ${url}`);
        trace?.(
          `${cause}: ${method} ${url.replace(/^.*?\/notifications/, '/notifications')} ${init.body ?? ''}`,
        );
        const isLost = dice.chance(weather.requestLoss);
        const isLostEarly = isLost && dice.chance(0.5);
        return new Promise((resolve, reject) => {
          const fail = () => task(() => reject(new TypeError('fetch failed')));
          // Where the network is gone there is no answer, but an end.
          const cancel = loop.after(longestRequestMs, fail);
          travel(dice, weather.requestDelayMs, async () => {
            if (isLostEarly) return fail();
            const answer = await cloud.request(cause, { method, url, token, body: String(init.body ?? '') });
            travel(dice, weather.requestDelayMs, () => {
              if (isLost) return fail();
              cancel();
              trace?.(`${cause}: ${answer.status} ${summaryOf(answer.text)}`);
              task(() => resolve(toResponse(answer)));
            });
          });
        });
      }

      function openSocket(url: string): Socket {
        sockets += 1;
        const connection_id = `${name}-socket-${sockets}`;
        const token = new URL(url).searchParams.get('token') ?? '';
        checkToken(token, 'opened a socket');
        const own = createDice(seed, connection_id);
        let isOver = false;
        /** What has come before the news that it is open, after which a socket hands it on. */
        let early: (() => void)[] | undefined = [];
        let lastFrameAt = 0;
        const end = () => {
          if (isOver) return;
          isOver = true;
          connections.delete(connection_id);
          task(() => socket.onclose?.call(null as never, {} as CloseEvent));
        };
        const socket: Socket = {
          onopen: null,
          onmessage: null,
          onclose: null,
          send: () => void travel(own, weather.frameDelayMs, () => cloud.gateway.hear(connection_id)),
          close() {
            isOver = true;
            connections.delete(connection_id);
            travel(own, weather.frameDelayMs, () => cloud.gateway.hangUp(connection_id));
          },
        };
        const deliver = (text: string) => {
          const arrivesAt = travel(own, weather.frameDelayMs, () => {
            if (isOver) return;
            trace?.(`${connection_id} hears ${summaryOf(text)}`);
            const hear = () => socket.onmessage?.call(null as never, { data: text } as MessageEvent);
            if (early) early.push(hear);
            else task(hear);
          });
          lastFrameAt = Math.max(lastFrameAt, arrivesAt);
        };
        const peer = {
          opened: () =>
            travel(own, weather.requestDelayMs, () => {
              if (isOver || state.isClosed) return cloud.gateway.hangUp(connection_id);
              connections.set(connection_id, { user: readToken(token).sub, tab: { name: tabName, state } });
              task(() => socket.onopen?.call(null as never, {} as Event));
              for (const hear of early ?? []) task(hear);
              early = undefined;
            }),
          heard(text: string) {
            if (own.chance(weather.frameLoss)) return;
            deliver(text);
            if (own.chance(weather.frameRepetition)) deliver(text);
          },
          // After the frames that are on their way, which a socket keeps in order with its end.
          closed: () => void travel(own, weather.frameDelayMs, end, lastFrameAt),
        };
        trace?.(`${connection_id} is opened by ${tabName}`);
        travel(own, weather.requestDelayMs, () => void cloud.connect(connection_id, token, peer));
        return socket;
      }

      function openChannel(channelName: string): Channel {
        const all = channels.get(channelName) ?? new Set();
        channels.set(channelName, all);
        const channel: Channel = {
          onmessage: null,
          postMessage(message: unknown) {
            const text = JSON.stringify(message);
            for (const other of all) {
              if (other.channel === channel) continue;
              loop.after(1, () =>
                other.task(() =>
                  other.channel.onmessage?.call(null as never, { data: JSON.parse(text) } as MessageEvent),
                ),
              );
            }
          },
          close: () => void all.delete(mine),
        };
        const mine = { channel, task };
        all.add(mine);
        return channel;
      }

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
        fetch,
        openSocket,
        openChannel: canShare ? openChannel : undefined,
        locks: canShare ? locksOf(locks, death, () => state.isClosed) : undefined,
        watchPage(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };

      return {
        name: tabName,
        state,
        environment,
        async getToken(): Promise<string> {
          await loop.sleep(1 + dice.below(weather.requestDelayMs));
          if (browser.isOffline || dice.chance(weather.requestLoss))
            throw new Error('The application is not reachable.');
          if (state.user !== browser.user)
            Object.assign(state, { user: browser.user, changedAt: loop.now() });
          return issueToken();
        },
        page(event: PageEvent): void {
          task(() => {
            for (const listener of [...listeners]) listener(event);
          });
        },
        freeze(): void {
          state.isFrozen = true;
        },
        thaw(): void {
          state.isFrozen = false;
          for (const run of held.splice(0)) loop.after(0, () => task(run));
        },
        /** As when the user closes it: nothing in it runs any more, and what it held is given back. */
        close(): void {
          state.isClosed = true;
          die();
          for (const [connection_id, { tab }] of connections) {
            if (tab.name !== tabName) continue;
            connections.delete(connection_id);
            if (!browser.isOffline) cloud.gateway.hangUp(connection_id);
          }
          for (const all of channels.values())
            for (const each of all) if (each.task === task) all.delete(each);
        },
      };
    },
  };
}

/** Locks that a tab holds no longer than it lives. */
function locksOf(
  locks: Pick<LockManager, 'request'>,
  death: Promise<void>,
  isClosed: () => boolean,
): Pick<LockManager, 'request'> {
  const request = (name: string, options: LockOptions, hold: () => Promise<unknown>) =>
    locks.request(name, options, () => (isClosed() ? death : Promise.race([hold(), death])));
  // The overloads of `request` cannot be written as one function; only this form of it is used.
  return { request: request as LockManager['request'] };
}

/** Of a Response what the client reads: real ones settle their bodies outside of the loop. */
function toResponse({ status, headers, text }: Awaited<ReturnType<Cloud['request']>>): Response {
  const response = {
    ok: status >= 200 && status < 300,
    status,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    json: async () => JSON.parse(text),
  };
  return response as unknown as Response;
}

const summaryOf = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
