import { expect } from 'vitest';
import { type BellPage, type Check, item } from '../visit.ts';

const titles = Array.from({ length: 12 }, (_, index) => `Seat ${index + 10}`);

/** The title of the item below a point. */
const titleAt = (page: BellPage, x: number, y: number) =>
  page.tab.evaluate(
    (x, y, item) =>
      /Seat \d+/.exec(document.elementFromPoint(x, y)?.closest(item)?.textContent ?? '')?.[0] ?? null,
    x,
    y,
    item,
  );

/** What happens to the list when a notification arrives. */
export const arrivals: Record<string, Check> = Object.fromEntries(
  [
    ['at its start', 0],
    ['in its middle', 150],
  ].map(([place, top]): [string, Check] => [
    `keeps under the pointer what was there when a notification arrives, with the list ${place}`,
    async ({ open, create }) => {
      for (const title of titles) await create(title);
      const page = await open();
      await page.openInbox();
      await page.box(item, 'Seat 10');
      await page.tab.evaluate((top) => window.hostPage.find('.belfry-scroll')?.scrollTo(0, Number(top)), top);
      const { x, y, width } = await page.box('.belfry-scroll');
      const point = { x: x + width / 2, y: y + 100 };
      await page.tab.move(point);
      const before = await titleAt(page, point.x, point.y);
      expect(before).toMatch(/^Seat/);
      await create('Late');
      await page.counts(titles.length + 1);
      expect(await titleAt(page, point.x, point.y)).toBe(before);
      await create('Later');
      await page.counts(titles.length + 2);
      expect(await titleAt(page, point.x, point.y)).toBe(before);
      await page.tab.click(point);
      await page.counts(titles.length + 1);
      const read = () =>
        page.tab.evaluate(() =>
          window.hostPage
            .snapshot()
            .notifications.filter(({ status }) => status === 'read')
            .map(({ title }) => title),
        );
      await expect.poll(read).toEqual([before]);
    },
  ]),
);
