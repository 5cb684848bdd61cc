import { expect } from 'vitest';
import { type HeaderName, headers } from '../host.ts';
import { bell, type Check, dialog, item } from '../visit.ts';

/** Pages that are built in other ways than the bell's own. */
export const hosts: Record<string, Check> = {
  async 'works on a page that requires trusted types'({ open, create }) {
    const page = await open({ trustedTypes: true });
    await create('Doors open');
    await page.counts(1);
    await page.openInbox();
    await page.box(item, 'Doors open');
    expect(await page.complaints()).toEqual([]);
  },

  async 'opens and reads notifications in a shadow root'({ open, create }) {
    await create('One');
    await create('Two');
    const page = await open({ shadow: true });
    await page.openInbox();
    await page.click(`${item} button`, 'Two');
    await page.counts(1);
    await page.tab.press('ArrowDown');
    expect(await page.focused()).toContain('One');
    await page.tab.press('Delete');
    await page.counts(0);
    await page.isOpen();
  },

  ...Object.fromEntries(
    (['body', 'popover'] as const).map((menu): [string, Check] => [
      `stays open when a menu of an item is used that is in the ${menu}`,
      async ({ open, create }) => {
        await create('One');
        const page = await open({ menu });
        await page.openInbox();
        await page.click(`${item} button`, 'Menu');
        // Nothing covers it, or it could not be clicked.
        await page.click('[role=menuitem]');
        await expect.poll(page.rung).toEqual(['Muted']);
        expect(await page.has(dialog)).toBe(true);
        await page.counts(1);
      },
    ]),
  ),

  ...Object.fromEntries(
    (Object.keys(headers) as HeaderName[]).map((header): [string, Check] => [
      `opens by a press on its badge, and has badge and inbox beside it, in ${header}`,
      async ({ open, create }) => {
        await create('One');
        const page = await open({ header });
        await page.counts(1);
        const { x, y, width, height } = await page.box(bell);
        const badge = await page.box('.belfry-badge');
        expect(badge.x).toBeGreaterThan(x);
        expect(badge.x).toBeLessThan(x + width + 8);
        expect(badge.y).toBeGreaterThan(y - 8);
        expect(badge.y).toBeLessThan(y + height);
        await page.tab.click({ x: badge.x + badge.width / 2, y: badge.y + badge.height / 2 });
        const inbox = await page.box(dialog);
        expect(inbox.y - (y + height)).toBeGreaterThanOrEqual(0);
        expect(inbox.y - (y + height)).toBeLessThan(20);
        // As far to the left as the bell's right end, unless the window ends before.
        expect(Math.abs(inbox.x - Math.max(8, x + width - inbox.width))).toBeLessThan(2);
      },
    ]),
  ),
};
