import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';
import { chromiumPath, launchChromium } from '../bell/chromium.ts';
import { holdPreflights } from './held-preflights.ts';
import { badge, bell, type Place, servePage, signIn, startPlace, titlesIn } from './support.ts';

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
    // Waited for before it comes, because it goes again after five seconds.
    const isSaid = page.getByText('New notification: Doors open').waitFor();
    await create(user, 'Doors open');
    await Promise.all([isSaid, bell(page, 1).waitFor()]);
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

  it('clears its badge in every tab and on every device when it is opened in one, and keeps the dots', async () => {
    const user = newUser();
    await create(user, 'One');
    await create(user, 'Two');
    await using mine = await device(user);
    await using other = await device(user);
    const pages = [await mine.open(), await mine.open(), await other.open()] as const;
    for (const page of pages) await badge(page, '2').waitFor();
    const [tab] = pages;
    await bell(tab, 2).click();
    for (const page of pages) await badge(page).waitFor({ state: 'detached' });
    for (const page of pages) await bell(page, 2).waitFor();
    expect(await tab.locator('.belfry-dot').count()).toBe(2);
    await create(user, 'While it is open');
    for (const page of pages) await bell(page, 3).waitFor();
    for (const page of pages) await badge(page).waitFor({ state: 'detached' });
    await tab.keyboard.press('Escape');
    await create(user, 'After it was closed');
    for (const page of pages) await badge(page, '1').waitFor();
  });
});
