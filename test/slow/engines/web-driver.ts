import { setTimeout as delay } from 'node:timers/promises';
import type { Size, Tab } from './engine.ts';

/** A session of a WebDriver: https://www.w3.org/TR/webdriver2. */
export type WebDriver = Awaited<ReturnType<typeof createWebDriver>>;

/** Of the keys that are no characters: https://www.w3.org/TR/webdriver2/#keyboard-actions. */
const keyCodes: Record<string, string> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Escape: '\uE00C',
  End: '\uE010',
  Home: '\uE011',
  ArrowUp: '\uE013',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};

/** Waits until the driver at this URL answers, or is gone, and opens a session. */
export async function createWebDriver(driverUrl: string, gone: AbortSignal) {
  await listening(driverUrl, gone);
  const { sessionId } = await send(`${driverUrl}/session`, { capabilities: { alwaysMatch: {} } });
  const session = `${driverUrl}/session/${sessionId}`;
  const home = await send(`${session}/window`, undefined, 'GET');
  /** The commands of a session are about its current window, so those of two windows must not mix. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (run: () => Promise<never>) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };

  return {
    async newWindow() {
      let frame: number | undefined;
      const { handle } = await inTurn(async () => {
        await send(`${session}/window`, { handle: home });
        return send(`${session}/window/new`, { type: 'window' });
      });
      const inWindow = (path: string, body?: unknown, method?: string) =>
        inTurn(async () => {
          await send(`${session}/window`, { handle });
          if (frame !== undefined) await send(`${session}/frame`, { id: frame });
          return send(`${session}/${path}`, body, method);
        });
      const act = (source: object) => inWindow('actions', { actions: [source] });
      const evaluate: Tab['evaluate'] = (run, ...given) =>
        inWindow('execute/sync', { script: `return (${run})(...arguments)`, args: given });

      return {
        evaluate,
        goTo: (url: string): Promise<void> => inWindow('url', { url }),
        resize: (size: Size): Promise<void> => inWindow('window/rect', size),
        /** From now on, everything is about the first frame of the page. */
        async enterFrame() {
          frame = 0;
        },
        /** Holds these keys together. */
        press(names: string[]): Promise<void> {
          const codes = names.map((name) => keyCodes[name] ?? name);
          const actions = [
            ...codes.map((value) => ({ type: 'keyDown', value })),
            ...codes.reverse().map((value) => ({ type: 'keyUp', value })),
          ];
          return act({ type: 'key', id: 'keyboard', actions });
        },
        point: (...actions: object[]): Promise<void> => act({ type: 'pointer', id: 'mouse', actions }),
        close: (): Promise<void> => inWindow('window', undefined, 'DELETE'),
      };
    },
    quit: (): Promise<void> => send(session, undefined, 'DELETE'),
  };
}

/** Sends a command, and returns its value, whose type the specification says. */
async function send(url: string, body?: unknown, method = 'POST') {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value as never;
}

async function listening(driverUrl: string, gone: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await fetch(`${driverUrl}/status`);
      return;
    } catch {
      await delay(50, undefined, { signal: gone });
    }
  }
}
