import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { type HostBrowser, type HostPage, openHost as openIn, startHostBrowser } from './host-page.ts';

const places = ['page', 'open', 'closed', 'nested', 'portal', 'frame'] as const;

describe.skipIf(!chromiumPath)('the bell in a page of an app, in Chromium', () => {
  let chromium: HostBrowser;
  beforeAll(async () => {
    chromium = await startHostBrowser();
  });
  afterAll(() => chromium?.browser.close());

  const openHost = (page: HostPage) => openIn(chromium, page);

  describe.each(places)('in the place "%s"', (place) => {
    it.each([false, true])(
      'opens, acts and closes by every way (inside tabindex -1: %s)',
      async (isFocusable) => {
        await using host = await openHost({ place, isFocusable });
        expect(await host.style('.belfry-bell', 'border-radius')).toBe('10px');
        await host.press('.belfry-bell');
        await expect.poll(host.isOpen).toBe(true);

        await host.press('[aria-label="Mark as read"]');
        await expect.poll(() => host.page.evaluate(() => window.fake.calls)).toEqual(['markAsRead 100']);
        expect(await host.isOpen()).toBe(true);
        expect(await host.focused()).toBe('Mark as unread');
        await host.page.keyboard.press('ArrowDown');
        await host.page.keyboard.press('e');
        expect(await host.page.evaluate(() => window.fake.calls)).toEqual(['markAsRead 100', 'archive 99']);
        expect(await host.focused()).toBe('A');

        await host.page.keyboard.press('Escape');
        await expect.poll(host.isOpen).toBe(false);
        expect(await host.focused()).toContain('Notifications');

        await host.press('.belfry-bell');
        await expect.poll(host.isOpen).toBe(true);
        await host.press('.belfry-bell');
        await expect.poll(host.isOpen).toBe(false);

        await host.press('.belfry-bell');
        await expect.poll(host.isOpen).toBe(true);
        // Of the same document as the bell, on nothing that takes the focus.
        await (place === 'frame'
          ? host.page.frameLocator('iframe').locator('main')
          : host.page.locator('header b')
        ).click({
          position: { x: 2, y: 2 },
        });
        await expect.poll(host.isOpen).toBe(false);
        expect(host.complaints).toEqual([]);
      },
    );
  });

  it('keeps the focus inside a nested shadow root apart from that of the root around it', async () => {
    await using host = await openHost({ place: 'nested' });
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    await host.page.locator('input').focus();
    await expect.poll(host.isOpen).toBe(false);
  });

  it.each(['body', 'popover'] as const)('takes a menu of an item as its own, in the %s', async (menus) => {
    await using host = await openHost({ menus });
    await host.press('.belfry-bell');
    await host.press('.menu-button');
    await host.page.getByRole('menuitem').waitFor();
    const isOnTop = () =>
      host.page.getByRole('menuitem').evaluate((item) => {
        const { x, y } = item.getBoundingClientRect();
        return document.elementFromPoint(x + 3, y + 3) === item;
      });
    if (menus === 'popover') expect(await isOnTop()).toBe(true);
    await host.page.getByRole('menuitem').dispatchEvent('pointerdown');
    await host.page.getByRole('menuitem').focus();
    await host.page.keyboard.press('Enter');
    expect(await host.page.evaluate(() => window.chosen)).toHaveLength(1);
    await host.page.keyboard.press('e');
    expect(await host.page.evaluate(() => window.fake.calls)).toEqual([]);
    expect(await host.isOpen()).toBe(true);
    await host.page.keyboard.press('Escape');
    await expect.poll(host.isOpen).toBe(false);
    expect(host.complaints).toEqual([]);
  });

  it('obeys a policy that wants trusted types', async () => {
    await using host = await openHost({ policy: "require-trusted-types-for 'script'; trusted-types 'none'" });
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    expect(await host.style('.belfry-bell', 'border-radius')).toBe('10px');
    expect(host.complaints).toEqual([]);
  });
});
