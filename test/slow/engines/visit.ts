import { expect, onTestFinished, vi } from 'vitest';
import { newUser } from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';
import type { Engine, EngineBrowser, Point, Size, Tab } from './engine.ts';
import type { Host, PageSettings } from './host.ts';

/** Longer than anything takes, on the slowest machine. */

/** What a test does as one user, in one engine. */
export interface Visit {
  engine: Engine['name'];
  host: Host;
  user: string;
  /** Creates a notification of the user. */
  create(title: string, metadata?: Record<string, unknown>): Promise<void>;
  /** Opens a tab with the bell, and waits until it is live. The tab closes when the test ends. */
  open(page?: Omit<PageSettings, 'user'>, viewport?: Size): Promise<BellPage>;
}

/** A test of one engine. */
export type Check = (visit: Visit) => Promise<void>;

export function startVisit(engine: Engine['name'], host: Host, browser: EngineBrowser): Visit {
  const user = newUser();
  return {
    engine,
    host,
    user,
    async create(title, metadata = {}) {
      await host.belfry.invoke({ user_id: user, title, body: 'Row F, seat 12.', metadata });
    },
    async open(page = {}, viewport = { width: 800, height: 600 }) {
      const tab = await browser.open(host.pageUrl({ user, ...page }), viewport);
      onTestFinished(() => tab[Symbol.asyncDispose]());
      const bellPage = createBellPage(tab);
      await bellPage.isLive();
      return bellPage;
    },
  };
}

export const bell = '[aria-haspopup=dialog]';
export const dialog = '[role=dialog]';
export const item = '.belfry-item';

export interface Box extends Point, Size {}

export type BellPage = ReturnType<typeof createBellPage>;

function createBellPage(tab: Tab) {
  const look = (selector: string, text = '') =>
    tab.evaluate(
      (selector, text) => {
        const element = window.hostPage?.find(selector, text);
        if (!element) return null;
        const { x, y, width, height } = element.getBoundingClientRect();
        return { x, y, width, height, isOnTop: window.hostPage.isOnTop(element) };
      },
      selector,
      text,
    );

  const page = {
    tab,
    /** Waits until the client of the page is live and has its first page. */
    async isLive() {
      const state = () => tab.evaluate(() => window.hostPage?.snapshot());
      await expect.poll(state).toMatchObject({ status: 'live', isLoading: false });
    },
    /** Waits until the bell says this number of unread notifications, whatever it says of what is new. */
    async counts(unread: number) {
      const label = () =>
        tab.evaluate((bell) => window.hostPage?.find(bell)?.getAttribute('aria-label'), bell);
      await expect
        .poll(label)
        .toMatch(new RegExp(`^Notifications${unread ? `, ${unread} unread` : ''}(, \\d+ new)?$`));
    },
    /** Waits until there is such an element, and returns its place in the viewport. */
    async box(selector: string, text?: string): Promise<Box> {
      return vi.waitUntil(() => look(selector, text), { ...patience, interval: 50 });
    },
    /** Waits until nothing covers the middle of such an element, and clicks there. */
    async click(selector: string, text?: string) {
      const { x, y, width, height } = await vi.waitUntil(
        async () => {
          const box = await look(selector, text);
          return box?.isOnTop && box;
        },
        { ...patience, interval: 50 },
      );
      await tab.click({ x: x + width / 2, y: y + height / 2 });
    },
    has: async (selector: string, text?: string) => (await look(selector, text)) !== null,
    /** Waits until the inbox is open, or closed. */
    async isOpen(isOpen = true) {
      await expect.poll(() => page.has(dialog)).toBe(isOpen);
    },
    async openInbox() {
      await page.click(bell);
      await page.isOpen();
    },
    /** The label or the text of what has the focus. */
    focused: () =>
      tab.evaluate(() => {
        const element = window.hostPage.focused();
        return element?.getAttribute('aria-label') ?? element?.textContent;
      }),
    /** The titles that have rung in this tab. */
    rung: () => tab.evaluate(() => window.hostPage.rung),
    complaints: () => tab.evaluate(() => window.hostPage.complaints),
  };
  return page;
}
