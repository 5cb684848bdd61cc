import type { Socket } from '../../client/src/environment.ts';
import { parse } from '../../client/src/parse.ts';
import type { Cloud } from './cloud.ts';
import { createDice, type Dice } from './dice.ts';
import type { HttpAnswer } from './http-api.ts';
import type { Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import { readToken } from './tokens.ts';
import type { Weather } from './weather.ts';

/** A tab as far as the network knows it. */
export interface NetworkTab {
  name: string;
  dice: Dice;
  state: {
    isFrozen: boolean;
    isClosed: boolean;
    requests: number;
    /** Whose inbox its page is to show. */
    user: string;
    changedAt: number;
    /** The number of the newest token to which the service has answered. */
    answered: number;
    /** The ids of which the tab has heard that they are retracted. Ids are of one user. */
    retracted: Set<number>;
  };
  /** Runs something in the tab: later if the tab is frozen, and not at all if it is closed. */
  task(run: () => void): void;
}

/** An open socket of a tab. */
export interface OpenSocket {
  user: string;
  tab: NetworkTab;
}

const longestRequestMs = 60_000;

/** A browser's connection to the network: requests and sockets take time, get lost, and overtake each other. */
export function createNetwork({
  name,
  state,
  seed,
  loop,
  weather,
  cloud,
  trace,
  onToken,
  onAnswer,
}: {
  /** The browser's name. */
  name: string;
  /** Whether the network is gone without a word. */
  state: { isOffline: boolean };
  seed: number;
  loop: Loop;
  weather: Weather;
  cloud: Cloud;
  trace: Trace;
  /** Called with each token that is sent, and what it is used for. */
  onToken: (token: string, use: string) => void;
  /** Called before a tab gets an answer to a token that is no error. */
  onAnswer: (tab: NetworkTab, token: string) => void;
}) {
  const sockets = new Map<string, OpenSocket>();
  let opened = 0;

  /**
   * Runs something after a delay, or not at all if the network is gone by then. Without a delay it runs at once.
   * @param earliest when it arrives at the earliest
   * @returns when it arrives
   */
  function travel(dice: Dice, delayMs: number, run: () => void, earliest = 0): number {
    const now = loop.now();
    const arrivesAt = Math.max(delayMs > 0 ? now + 1 + dice.below(delayMs) : now, earliest);
    const arrive = () => {
      if (!state.isOffline) run();
    };
    if (arrivesAt === now) arrive();
    else loop.after(arrivesAt - now, arrive);
    return arrivesAt;
  }

  function fetch(tab: NetworkTab, url: string, init: RequestInit): Promise<Response> {
    const { dice, task } = tab;
    tab.state.requests += 1;
    const cause = `${tab.name} request ${tab.state.requests}`;
    const { method = 'GET', headers = {}, body = '' } = init;
    const token = new Map(Object.entries(headers)).get('authorization')?.slice('Bearer '.length);
    if (token === undefined) throw new Error('A request has no token.');
    onToken(token, `${method} ${url}`);
    trace?.(`${cause}: ${method} ${url.replace(/^.*?\/notifications/, '/notifications')} ${body}`);
    const isLost = dice.chance(weather.requestLoss);
    const isLostEarly = isLost && dice.chance(0.5);
    return new Promise((resolve, reject) => {
      const fail = () => task(() => reject(new TypeError('fetch failed')));
      // If the network is gone there is no answer, but an end.
      const cancel = loop.after(longestRequestMs, fail);
      travel(dice, weather.requestDelayMs, async () => {
        if (isLostEarly || weather.isUnreachable) return fail();
        const answer = await cloud.request(cause, { method, url, token, body: String(body) });
        travel(dice, weather.requestDelayMs, () => {
          if (isLost || weather.isUnreachable) return fail();
          cancel();
          trace?.(`${cause}: ${answer.status} ${summaryOf(answer.text)}`);
          task(() => {
            if (answer.status < 300) onAnswer(tab, token);
            resolve(toResponse(answer));
          });
        });
      });
    });
  }

  function openSocket(tab: NetworkTab, url: string, protocols?: string[]): Socket {
    opened += 1;
    const connection_id = `${name}-socket-${opened}`;
    const { task } = tab;
    const token = protocols?.[1] ?? new URL(url).searchParams.get('token') ?? '';
    onToken(token, 'opened a socket');
    cloud.traffic.upgrades.push(token);
    const dice = createDice(seed, connection_id);
    let isOver = false;
    /** What has come before the news that it is open, after which a socket hands it on. */
    let early: (() => void)[] | undefined = [];
    let lastFrameAt = 0;

    const send = (run: () => void, delayMs = weather.frameDelayMs, earliest = 0) =>
      travel(dice, delayMs, () => weather.isUnreachable || run(), earliest);
    const end = () => {
      if (isOver) return;
      isOver = true;
      sockets.delete(connection_id);
      task(() => socket.onclose?.call(null as never, {} as CloseEvent));
    };
    const socket: Socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: () => void send(() => cloud.gateway.hear(connection_id)),
      close() {
        isOver = true;
        sockets.delete(connection_id);
        send(() => cloud.gateway.hangUp(connection_id));
      },
    };
    const deliver = (text: string) => {
      const arrivesAt = send(() => {
        if (isOver) return;
        trace?.(`${connection_id} hears ${summaryOf(text)}`);
        const hear = () => {
          socket.onmessage?.call(null as never, { data: text } as MessageEvent);
          // Before the first answer, a client does not know whose frames they are.
          if (tab.state.answered) for (const id of retractedBy(text)) tab.state.retracted.add(id);
        };
        if (early) early.push(hear);
        else task(hear);
      });
      lastFrameAt = Math.max(lastFrameAt, arrivesAt);
    };
    const peer = {
      opened: () =>
        send(() => {
          if (isOver || tab.state.isClosed) return cloud.gateway.hangUp(connection_id);
          sockets.set(connection_id, { user: readToken(token).sub, tab });
          task(() => socket.onopen?.call(null as never, {} as Event));
          for (const hear of early ?? []) task(hear);
          early = undefined;
        }, weather.requestDelayMs),
      heard(text: string) {
        if (dice.chance(weather.frameLoss)) return;
        deliver(text);
        if (dice.chance(weather.frameRepetition)) deliver(text);
      },
      // After the frames that are on their way, which a socket keeps in order with its end.
      closed: () => void send(end, weather.frameDelayMs, lastFrameAt),
    };
    trace?.(`${connection_id} is opened by ${tab.name}`);
    // No upgrade has an answer at once.
    send(
      () => void cloud.connect(connection_id, token, peer, protocols),
      weather.requestDelayMs,
      loop.now() + 1,
    );
    return socket;
  }

  /** Closes what a tab leaves open. */
  function leave(tab: NetworkTab): void {
    for (const [connection_id, socket] of sockets) {
      if (socket.tab !== tab) continue;
      sockets.delete(connection_id);
      if (!state.isOffline) cloud.gateway.hangUp(connection_id);
    }
  }

  return {
    /** The open sockets by their connection ids. */
    sockets,
    travel,
    fetch,
    openSocket,
    leave,
  };
}

/** Of a Response what the client reads: real ones settle their bodies outside of the loop. */
function toResponse({ status, headers, text }: HttpAnswer): Response {
  const response = {
    ok: status >= 200 && status < 300,
    status,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    text: async () => text,
  };
  return response as unknown as Response;
}

/** What a frame may say of one row or of several. */
interface ChangedFrame {
  notification: { id: number; status: string };
  action: string;
  ids: number[];
}

/** The ids that a frame says are retracted. */
function retractedBy(text: string): number[] {
  const { notification, action, ids } = parse<ChangedFrame>(() => text);
  if (action === 'retract' && ids) return ids;
  return notification?.status === 'retracted' ? [notification.id] : [];
}

const summaryOf = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
