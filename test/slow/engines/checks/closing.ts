import { expect } from 'vitest';
import type { PageSettings } from '../host.ts';
import { type BellPage, bell, type Check } from '../visit.ts';

/** Pages in which the inbox closes. */
const pages: Record<string, Omit<PageSettings, 'user'>> = {
  'in a header': {},
  'in a region with a tab index': { header: 'a region with a tab index' },
  'where a press gives no button the focus': { header: 'a region with a tab index', unfocusedButtons: true },
  'in a shadow root': { shadow: true },
};

const isFocused = async (page: BellPage) => expect(await page.focused()).toMatch(/^Notifications/);

/** Every way to close the inbox. */
const ways: Record<string, (page: BellPage) => Promise<void>> = {
  async 'closes by Escape, which gives the focus back to the bell'(page) {
    await page.tab.press('Escape');
    await page.isOpen(false);
    await isFocused(page);
  },
  async 'closes by a press outside'(page) {
    await page.click('h1');
    await page.isOpen(false);
  },
  async 'closes when the focus leaves it'(page) {
    await page.tab.press('Shift+Tab');
    await isFocused(page);
    expect(await page.has('[role=dialog]')).toBe(true);
    await page.tab.evaluate(() => document.querySelector<HTMLElement>('main button')?.focus());
    await page.isOpen(false);
    expect(await page.focused()).toBe('Book');
  },
  async 'closes by a second press on the bell'(page) {
    await page.click(bell);
    await page.isOpen(false);
    await page.click(bell);
    await page.isOpen();
  },
  async 'stays open while it is used'(page) {
    await page.click('button', 'Archived');
    await page.box('button[aria-pressed=true]', 'Archived');
    await page.click('h2');
    await page.click('button', 'All');
    await page.box('button[aria-pressed=true]', 'All');
    expect(await page.has('[role=dialog]')).toBe(true);
  },
};

export const closing: Record<string, Check> = Object.fromEntries(
  Object.entries(pages).flatMap(([place, settings]) =>
    Object.entries(ways).map(([way, close]): [string, Check] => [
      `${way}, ${place}`,
      async ({ open }) => {
        const page = await open(settings);
        await page.openInbox();
        await close(page);
        expect(await page.complaints()).toEqual([]);
      },
    ]),
  ),
);
