import { expect } from 'vitest';
import { nothingMoves } from '../../../support/nothing-moves.ts';
import type { ColorScheme } from '../engine.ts';
import { type Check, dialog, item } from '../visit.ts';

const narrow = { width: 320, height: 600 };

/** What is on the screen. */
export const looks = (colorScheme: ColorScheme): Record<string, Check> => ({
  async 'has the colours of the page, and nothing that axe finds'({ open, create }) {
    await create('Doors open', { route: '/events/1' });
    await create('Row F is yours');
    const page = await open();
    await page.openInbox();
    await page.box(item, 'Doors open');
    const brightness = await page.tab.evaluate((dialog) => {
      const { backgroundColor } = getComputedStyle(window.hostPage.find(dialog) ?? document.body);
      return Math.max(...(backgroundColor.match(/\d+/g) ?? []).slice(0, 3).map(Number));
    }, dialog);
    expect(brightness > 127 ? 'light' : 'dark').toBe(colorScheme);
    await page.tab.evaluate(nothingMoves);
    const violations = await page.tab.evaluate(async () => {
      const script = document.createElement('script');
      script.src = '/axe.js';
      document.head.append(script);
      await new Promise((resolve) => script.addEventListener('load', resolve));
      // The cast: the script has put it there.
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const found = await axe.run('.belfry');
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
    expect(violations).toEqual([]);
    expect(await page.complaints()).toEqual([]);
  },

  ...Object.fromEntries(
    (['en', 'ar'] as const).map((lang): [string, Check] => [
      `stands within a window of 320 px, in a page in ${lang}`,
      async ({ open, create }) => {
        await create('Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung');
        const page = await open({ lang }, narrow);
        await page.openInbox();
        const inbox = await page.box(dialog);
        await page.box(item);
        expect(inbox.x).toBeGreaterThanOrEqual(8);
        expect(inbox.x + inbox.width).toBeLessThanOrEqual(narrow.width - 8);
        const overflowing = await page.tab.evaluate(
          (dialog) =>
            [document.documentElement, ...document.querySelectorAll(`${dialog}, ${dialog} .belfry-scroll`)]
              .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
              .map(({ outerHTML }) => outerHTML.slice(0, 80)),
          dialog,
        );
        expect(overflowing).toEqual([]);
      },
    ]),
  ),
});
