import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../../support/installation.ts';
import { chromiumPath, launchChromium, openContext } from '../bell/chromium.ts';
import { type Place, startPlace, titlesIn } from './support.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('the demo page', () => {
  let place: Place;
  let browser: Browser;
  beforeAll(async () => {
    [place, browser] = await Promise.all([startPlace(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await place?.stop();
  });

  /** A tab with the page, once it is live and the three bells have the greeting of a new user. */
  async function open(context: BrowserContext, user = newUser(), rest = ''): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${place.demoUrl}&user=${user}${rest}`);
    await page.locator('[data-state=live]').waitFor();
    await says(page, ['1', '1', '1']);
    return page;
  }
  const part = (page: Page, scope: string, name: string) =>
    page.locator(`[data-scope=${scope}] .belfry-${name}`);
  /** What the badges of the bells of attendee, organizer and admin say, empty where there is none. */
  const says = (page: Page, expected: readonly string[]) =>
    expect
      .poll(() =>
        Promise.all(
          ['attendee', 'organizer', 'admin'].map(async (scope) =>
            (await part(page, scope, 'badge').allInnerTexts()).join(),
          ),
        ),
      )
      .toEqual(expected);
  async function send(page: Page, type: string, scope: string): Promise<void> {
    await page.getByRole('radio', { name: type, exact: true }).check();
    await page.getByLabel('Rings in').selectOption(scope);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

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
      const complaints: string[] = [];
      context.on('console', (message) => complaints.push(message.text()));
      context.on('weberror', (error) => complaints.push(error.error().message));
      const page = await open(context);
      if (name === 'rtl') await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
      for (const type of ['Bookings', 'Payouts']) await send(page, type, 'attendee');
      await says(page, ['3', '1', '1']);
      expect(await audit(page)).toEqual([]);
      await part(page, 'attendee', 'bell').click();
      await page.getByRole('dialog').getByText('Welcome').waitFor();
      await page.screenshot({ path: `test-results/demo-${name}.png` });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
        page.viewportSize()?.width,
      );
      expect(complaints).toEqual([]);
      expect(await audit(page)).toEqual([]);
    },
  );

  it('has three bells over one inbox, each with its own count, and those without a scope in all', async () => {
    await using context = await openContext(browser);
    const user = newUser();
    const page = await open(context, user);
    await send(page, 'Payouts', 'organizer');
    await says(page, ['1', '2', '1']);
    await send(page, 'Announcements', '');
    await says(page, ['2', '3', '2']);
    await part(page, 'attendee', 'bell').click();
    // What all of them show was seen in one of them.
    await says(page, ['', '1', '']);
    await page.keyboard.press('Escape');
    await part(page, 'organizer', 'bell').click();
    await page.getByRole('dialog').getByText('Your payout is on its way').waitFor();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect
      .poll(() => place.belfry.as(user).get('/notifications/unread-count'))
      .toMatchObject({
        body: { unread_count: 0, unseen_count: 0 },
      });
  });

  it('speaks the language of its reader', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    await send(page, 'Bookings', 'attendee');
    await says(page, ['2', '1', '1']);
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await part(page, 'attendee', 'bell').click();
    await page.getByRole('dialog', { name: 'Karten' }).getByText('Ihre Buchung ist bestätigt').waitFor();
    await page.getByRole('switch', { name: 'Auszahlungen' }).waitFor();
  });

  it('switches a type off by keyboard, in every tab, and then nothing of it is stored', async () => {
    await using context = await openContext(browser);
    const user = newUser();
    const page = await open(context, user);
    const other = await open(context, user);
    const isOn = (tab: Page, name: string) =>
      expect.poll(() => tab.getByRole('switch', { name }).getAttribute('aria-checked'));
    await page.getByRole('switch', { name: 'Announcements' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (const tab of [page, other]) await isOn(tab, 'Offers').toBe('false');
    await send(page, 'Offers', '');
    await page.getByText('“Offers” is switched off').waitFor();
    await page.getByRole('switch', { name: 'Payouts' }).focus();
    await page.keyboard.press('Space');
    await isOn(page, 'Payouts').toBe('true');
    await page.getByRole('switch', { name: 'Offers' }).press('Enter');
    for (const tab of [page, other]) await isOn(tab, 'Offers').toBe('true');
    await send(page, 'Offers', '');
    await says(page, ['2', '2', '2']);
  });

  it('takes a switch back, and says so, if the service does not answer', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    await context.route('**/preferences', (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.continue(),
    );
    await page.getByRole('switch', { name: 'Offers' }).click();
    await page.getByRole('alert').getByText('“Offers” could not be changed').waitFor();
    expect(await page.getByRole('switch', { name: 'Offers' }).getAttribute('aria-checked')).toBe('true');
  });

  it('says that it is live once its first page is here', async () => {
    await using context = await openContext(browser);
    const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
    await context.route(`${place.belfry.outputs.HttpApiUrl}/notifications?*`, async (route) => {
      await isLetGo;
      await route.continue();
    });
    const page = await context.newPage();
    await page.goto(`${place.demoUrl}&user=${newUser()}`);
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

  it('begins again with the user that npm start names, and keeps its key', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    await page.getByRole('link', { name: 'Belfry, start again' }).click();
    await page.waitForURL(place.demoUrl);
    await page.locator('.is-socket', { hasText: 'signed in as 0b5e55ed-' }).waitFor();
    await page.locator('[data-state=live]').waitFor();
  });

  it('sends by each door, and tells how long it took to ring', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    for (const door of ['Invoke', 'Event', 'Queue', 'HTTP']) {
      await page.getByRole('radio', { name: door, exact: true }).check();
      await page.getByLabel('Title').fill(`By ${door}`);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText(/^Rang \d+ ms after the click\.$/).waitFor();
    }
    await part(page, 'admin', 'bell').click();
    const titles = await titlesIn(page);
    expect(titles.filter((title) => title.includes('By '))).toHaveLength(4);
  });

  it('groups, changes and takes back what it has sent, calls off what is due later, and says so', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    const sendWith = async (type: string, extra: string) => {
      await page.getByLabel('With').selectOption({ label: extra });
      await send(page, type, '');
    };
    await sendWith('Announcements', 'A group');
    await page.getByRole('button', { name: 'Take it back' }).waitFor();
    await sendWith('Announcements', 'A group');
    await page.getByText('Grouped: 2 in one notification.').waitFor();
    await says(page, ['2', '2', '2']);
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Taken back, in every tab.').waitFor();
    await says(page, ['1', '1', '1']);
    await sendWith('Payouts', '1 min delay');
    await page.getByRole('button', { name: 'Call it off' }).click();
    await page.getByText('Called off. It will not be sent.').waitFor();
    await sendWith('Bookings', 'Buttons');
    await page.getByRole('button', { name: 'Change it' }).click();
    await part(page, 'attendee', 'bell').click();
    await page.getByRole('dialog').getByText('Changed: Your booking is confirmed').waitFor();
  });

  it('answers by a button, and snoozes', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    await page.getByLabel('With').selectOption({ label: 'Buttons' });
    await send(page, 'Bookings', '');
    await part(page, 'attendee', 'bell').click();
    await page.getByRole('button', { name: 'Count me in' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Not this time' }).click();
    await expect.poll(() => page.locator('.belfry-outcome').textContent()).toContain('Not this time');
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Snooze', exact: true }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Tomorrow' }).press('Enter');
    await page.getByText(/^Snoozed until /).waitFor();
    await page.getByRole('button', { name: 'Snoozed' }).click();
    await page.getByRole('button', { name: 'Wake now' }).click();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('dialog').getByText('Your booking is confirmed').waitFor();
  });

  it('shows in a second tab the frames that the first one hands on, and whose they are', async () => {
    await using context = await openContext(browser);
    const user = newUser();
    const [first, second] = [await open(context, user), await open(context, user)];
    await first.getByLabel('Title').fill('To both tabs');
    await first.getByRole('button', { name: 'Send', exact: true }).click();
    for (const page of [first, second]) await says(page, ['2', '2', '2']);
    const created = (page: Page) => page.locator('.is-frame', { hasText: /notification.created.*v2/ });
    for (const page of [first, second]) expect(await created(page).count()).toBe(1);
    const shared = (page: Page) => created(page).filter({ hasText: 'by another tab' }).count();
    expect([await shared(first), await shared(second)]).toEqual([0, 1]);
  });

  it('shows at its field what a door refuses', async () => {
    await using context = await openContext(browser);
    const page = await open(context);
    await page.getByRole('radio', { name: 'HTTP', exact: true }).check();
    await page.getByLabel('Title').fill(' ');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/^The title must /).waitFor();
  });
});

async function audit(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
