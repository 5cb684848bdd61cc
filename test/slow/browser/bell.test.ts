import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';
import { chromiumPath, launchChromium, openContext } from '../bell/chromium.ts';
import { holdPreflights } from './held-preflights.ts';
import { bell, type Place, servePage, signIn, startPlace, titlesIn } from './support.ts';

/** Longer than anything takes, on the slowest machine. */

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('the bell on the running service, in Chromium', () => {
  let place: Place;
  let browser: Browser;
  beforeAll(async () => {
    [place, browser] = await Promise.all([startPlace(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await place?.stop();
  });

  const device = (user: string) => signIn(browser, place, user);
  const create = (user: string, title: string, metadata = {}) =>
    place.belfry.invoke({ user_id: user, title, body: 'Row F, seat 12.', metadata });
  const sockets = () => place.system.socketApi?.connections().map(({ connectionId }) => connectionId);
  const rung = (page: Page) => page.evaluate(() => window.rung);

  it('rings when something is created, with the count and the news for who cannot see it', async () => {
    const user = newUser();
    await using mine = await device(user);
    const page = await mine.open();
    await bell(page, 0).waitFor();
    await create(user, 'Doors open');
    await bell(page, 1).waitFor();
    await page.getByText('New notification: Doors open').waitFor();
    await bell(page, 1).click();
    expect(await titlesIn(page)).toEqual([expect.stringContaining('Doors open')]);
  });

  it('shows in another tab and in another browser what was read in one', async () => {
    const user = newUser();
    await create(user, 'One');
    await create(user, 'Two');
    await using mine = await device(user);
    await using other = await device(user);
    const [tab, secondTab, elsewhere] = [await mine.open(), await mine.open(), await other.open()];
    await bell(tab, 2).click();
    await tab.getByText('Two').click();
    for (const page of [tab, secondTab, elsewhere]) await bell(page, 1).waitFor();
    await tab.getByRole('button', { name: 'Mark all as read' }).click();
    for (const page of [tab, secondTab, elsewhere]) await bell(page, 0).waitFor();
  });

  it('holds one socket for ten tabs, which is handed over when its tab closes', async () => {
    const user = newUser();
    await expect.poll(sockets).toEqual([]);
    await using mine = await device(user);
    const tabs: Page[] = [];
    for (let count = 0; count < 10; count += 1) tabs.push(await mine.open());
    await expect.poll(sockets).toHaveLength(1);
    const before = sockets();
    const [leader, ...others] = tabs;
    await leader?.close();
    const areAsBefore = () => sockets()?.map((id) => before?.includes(id));
    await expect.poll(areAsBefore).toEqual([false]);
    await create(user, 'To all nine');
    for (const page of others) await bell(page, 1).waitFor();
    for (const page of others) expect(await rung(page)).toEqual(['To all nine']);
  });

  it('shows once what was missed while it was offline', async () => {
    const user = newUser();
    await using mine = await device(user);
    const page = await mine.open();
    await create(user, 'Before');
    await bell(page, 1).waitFor();
    await mine.context.setOffline(true);
    await page.waitForFunction(() => window.statuses.at(-1) === 'offline');
    await create(user, 'Missed');
    await create(user, 'Missed too');
    expect(await rung(page)).toEqual(['Before']);
    await mine.context.setOffline(false);
    await bell(page, 3).waitFor();
    await page.waitForFunction(() => window.statuses.at(-1) === 'live');
    await create(user, 'After');
    await bell(page, 4).waitFor();
    await bell(page, 4).click();
    const titles = await titlesIn(page);
    expect(titles.map((title) => title.replace(/^Unread\s*/i, '').trim())).toEqual([
      'After',
      'Missed too',
      'Missed',
      'Before',
    ]);
  });

  it('marks as read what leads away from the page, though the page has gone before the mark', async () => {
    const user = newUser();
    await create(user, 'Away', { route: '/elsewhere' });
    const { outputs } = place.belfry;
    await using line = await holdPreflights(outputs.HttpApiUrl);
    await using slow = await servePage({ ...outputs, HttpApiUrl: line.url });
    await using mine = await signIn(browser, { ...place, pageUrl: slow.url }, user);
    const page = await mine.open('#leave');
    await bell(page, 1).click();
    await page.getByRole('link', { name: 'Away' }).click();
    await page.waitForURL('**/elsewhere');
    await bell(page, 1).waitFor();
    await expect.poll(line.held).toBe(1);
    line.letGo();
    await bell(page, 0).waitFor();
  });

  it('is used by keyboard alone, and the service knows what was done', async () => {
    const user = newUser();
    await create(user, 'One');
    await create(user, 'Two');
    await using mine = await device(user);
    const page = await mine.open();
    await bell(page, 2).waitFor();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab', 'Enter');
    await page.getByRole('dialog').waitFor();
    await press('ArrowDown', 'Delete');
    await bell(page, 1).waitFor();
    await press('Enter');
    await bell(page, 0).waitFor();
    await expect
      .poll(async () => {
        const { body } = await place.belfry
          .as(user)
          .get<{ data: { title: string; status: string }[] }>('/notifications?status=read,archived');
        return body.data.map(({ title, status }) => `${title}: ${status}`);
      }, patience)
      .toEqual(['Two: archived', 'One: read']);
  });

  describe('on the demo page', () => {
    const looks = {
      light: {},
      dark: { colorScheme: 'dark' },
      rtl: {},
      '320px': { viewport: { width: 320, height: 700 } },
    } as const;

    it.each(Object.entries(looks))(
      'has nothing that axe finds, and is saved for looking at: %s',
      async (name, look) => {
        await using context = await openContext(browser, { reducedMotion: 'reduce', ...look });
        // Beside the page's own policy, which lets no other script in.
        await context.addInitScript({ path: axe });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', ({ message }) => complaints.push(message));
        await page.goto(`${place.demoUrl}&user=admin`);
        await page.locator('[data-state=live]').waitFor();
        if (name === 'rtl') await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
        await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).click();
        await page.getByRole('dialog').getByText('Welcome, admin').waitFor();
        await page.screenshot({ path: `test-results/demo-${name}.png` });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
          page.viewportSize()?.width,
        );
        expect(complaints).toEqual([]);
        expect(await audit(page)).toEqual([]);
      },
    );

    it('says that it is live once its first page is here', async () => {
      await using context = await openContext(browser);
      const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
      await context.route(`${place.belfry.outputs.HttpApiUrl}/notifications?*`, async (route) => {
        await isLetGo;
        await route.continue();
      });
      const page = await context.newPage();
      await page.goto(place.demoUrl);
      await page.locator('[data-state=loading]').waitFor();
      letGo();
      await page.locator('[data-state=live]').waitFor();
    });

    it('says where its key is if it was opened without it', async () => {
      await using context = await openContext(browser);
      const page = await context.newPage();
      await page.goto(new URL(place.demoUrl).origin);
      await page.getByText('Open the address that npm start prints.').waitFor();
      await page.goto(place.demoUrl);
      await page.locator('[data-state=live]').waitFor();
    });

    it('begins again as the first user, with its key', async () => {
      await using context = await openContext(browser);
      const page = await context.newPage();
      await page.goto(`${place.demoUrl}&user=admin`);
      await page.locator('[data-state=live]').waitFor();
      await page.getByRole('link', { name: 'Belfry, start again' }).click();
      await page.getByRole('radio', { name: 'Attendee', checked: true }).first().waitFor();
      await page.locator('[data-state=live]').waitFor();
    });

    it('sends by each door, and tells how long it took to ring', async () => {
      await using context = await openContext(browser);
      const page = await context.newPage();
      await page.goto(`${place.demoUrl}&user=organizer`);
      await page.locator('[data-state=live]').waitFor();
      for (const door of ['Invoke', 'Event', 'Queue', 'HTTP']) {
        await page.getByRole('radio', { name: door, exact: true }).check();
        await page.getByLabel('Title').fill(`By ${door}`);
        await page.getByRole('button', { name: 'Send', exact: true }).click();
        await page.getByText(/^Rang \d+ ms after the click\.$/).waitFor();
      }
      await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).click();
      const titles = await titlesIn(page);
      expect(titles.filter((title) => title.includes('By '))).toHaveLength(4);
    });

    it('shows in a second tab the frames that the first one hands on, and whose they are', async () => {
      await using context = await openContext(browser);
      const pages = [await context.newPage(), await context.newPage()];
      for (const page of pages) {
        await page.goto(`${place.demoUrl}&user=attendee`);
        await page.locator('[data-state=live]').waitFor();
      }
      const [first, second] = pages;
      await first?.getByLabel('Title').fill('To both tabs');
      await first?.getByRole('button', { name: 'Send', exact: true }).click();
      await second?.locator('.is-frame', { hasText: 'notification.created' }).first().waitFor();
      await first?.locator('.is-frame', { hasText: 'notification.created' }).first().waitFor();
      const shared = (page?: Page) => page?.locator('.is-frame', { hasText: 'by another tab' }).count();
      expect(await shared(first)).toBe(0);
      expect(await shared(second)).toBeGreaterThan(0);
    });

    it('shows at its field what a door refuses', async () => {
      await using context = await openContext(browser);
      const page = await context.newPage();
      await page.goto(place.demoUrl);
      await page.getByRole('radio', { name: 'HTTP', exact: true }).check();
      await page.getByLabel('Title').fill(' ');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText(/^The title must /).waitFor();
    });
  });
});

async function audit(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
