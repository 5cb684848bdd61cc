import { expect } from 'vitest';
import { bell, type Check, dialog } from '../visit.ts';

/** Pages that are built in other ways than the bell's own. */
export const hosts: Record<string, Check> = {
  ...Object.fromEntries(
    (['a row', 'a region with a tab index'] as const).map((header): [string, Check] => [
      `has its badge and its inbox beside the bell in ${header}`,
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
        await page.openInbox();
        const inbox = await page.box(dialog);
        expect(inbox.y - (y + height)).toBeGreaterThanOrEqual(0);
        expect(inbox.y - (y + height)).toBeLessThan(20);
        // As far to the left as the bell's right end, unless the window ends before.
        expect(Math.abs(inbox.x - Math.max(8, x + width - inbox.width))).toBeLessThan(2);
      },
    ]),
  ),
};
