import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import type { Host } from '../../../client/scenes/host.tsx';
import { chromiumPath, launchChromium, openContext } from './chromium.ts';

interface HostPage extends Host {
  /** Rules of the app. */
  css?: string;
  policy?: string;
  /** Attributes of the element `html`. */
  attributes?: string;
}

const places = ['page', 'open', 'closed', 'nested', 'portal', 'frame'] as const;

describe.skipIf(!chromiumPath)('the bell in a page of an app, in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleScene('host.tsx')]);
  });
  afterAll(() => browser?.close());

  async function openHost({ css = '', policy, attributes = '', ...host }: HostPage) {
    const context = await openContext(browser, {
      viewport: { width: 800, height: 700 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/host.js', (route) =>
      route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script }),
    );
    await page.route('http://bell.test/', (route) =>
      route.fulfill({
        contentType: 'text/html; charset=utf-8',
        headers: policy ? { 'content-security-policy': policy } : {},
        body: `<!doctype html><html ${attributes}><head><title>Host</title>
          <style>body{margin:0;font-family:serif} header{display:flex;justify-content:space-between;padding:10px 24px} ${css}</style>
          </head><body><header><b>Host</b><div id="bell"></div></header><main style="margin-top:560px"><button>Book</button></main>
          <script src="/host.js"></script></body></html>`,
      }),
    );
    await page.goto('http://bell.test/');
    await page.evaluate((host) => window.mountHost(host), host);
    const has = (selector: string) => page.evaluate((selector) => window.host.find(selector), selector);
    const box = (selector: string) => page.evaluate((selector) => window.host.box(selector), selector);
    const press = async (selector: string) => {
      await expect.poll(() => has(selector)).toBe(true);
      const { x, y, width, height } = await box(selector);
      await page.mouse.click(x + width / 2, y + height / 2);
    };
    const style = (selector: string, property: string) =>
      page.evaluate(([selector, property]) => window.host.style(selector, property), [
        selector,
        property,
      ] as const);
    const isOpen = () => has('[role=dialog]');
    const focused = () => page.evaluate(() => window.host.focused());
    await expect.poll(() => has('.belfry-bell')).toBe(true);
    return {
      page,
      complaints,
      has,
      box,
      press,
      style,
      isOpen,
      focused,
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

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

  const vite = `:root{font-family:Inter,system-ui;line-height:1.5;font-weight:400;color-scheme:light dark;color:rgba(255,255,255,.87)}
    a{font-weight:500;color:#646cff;text-decoration:inherit} a:hover{color:#535bf2}
    body{margin:0;display:flex;place-items:center;min-width:320px;min-height:100vh} h2{font-size:3.2em;line-height:1.1}
    button{border-radius:8px;border:1px solid transparent;padding:.6em 1.2em;font-size:1em;font-weight:500;background-color:#1a1a1a;cursor:pointer;transition:border-color .25s}
    button:hover{border-color:#646cff} #bell{max-width:1280px;margin:0 auto;padding:2rem;text-align:center;width:500px}`;
  const hostile = `*{margin:3px;padding:3px;letter-spacing:1px} button{width:100%;text-transform:uppercase;float:left;min-width:200px;box-shadow:0 0 9px red}
    button:hover,a:hover{transform:scale(1.4);background:red;text-decoration:underline} ul{display:flex;list-style:square;padding:40px} li{display:inline-block;margin:1em}
    a{color:red;text-decoration:underline} svg{width:100%;height:90px} header{white-space:nowrap;text-transform:uppercase;letter-spacing:3px}
    [popover]{inset:0;margin:auto;padding:2em;width:90vw}`;
  const pages: Record<string, HostPage> = {
    'a column that stretches': { css: '.a{display:flex;flex-direction:column;width:400px}', around: 'a' },
    'a grid': { css: '.a{display:grid;width:400px}', around: 'a' },
    'a grid, from right to left': {
      css: '.a{display:grid;width:400px}',
      around: 'a',
      attributes: 'dir="rtl"',
    },
    'a row whose children grow': { css: '.a{display:flex;width:400px} .a>*{flex:1}', around: 'a' },
    'centred text': { css: '.a{text-align:center;width:400px}', around: 'a' },
    'the template of Vite': { css: vite },
    'rules for all elements': { css: hostile },
    'an ancestor that is transformed': {
      css: '.a{transform:scale(1.5) translateX(-20px);overflow:hidden}',
      around: 'a',
    },
    'an ancestor that contains': { css: '.a{contain:strict;width:60px;height:60px}', around: 'a' },
    'a zoomed page': { css: 'body{zoom:1.5}' },
    'a page that scrolls': { css: 'body{height:3000px;overflow:scroll}' },
  };

  it.each(Object.entries(pages))('has its badge and its popover at its button: %s', async (name, page) => {
    await using host = await openHost(page);
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    await host.page.screenshot({ path: `test-results/host-${name.replaceAll(' ', '-')}.png` });
    const [bell, badge, popover] = [
      await host.box('.belfry-bell'),
      await host.box('.belfry-badge'),
      await host.box('[role=dialog]'),
    ];
    expect(badge.x).toBeGreaterThan(bell.x - badge.width);
    expect(badge.x + badge.width).toBeLessThan(bell.x + bell.width + badge.width);
    expect(badge.y).toBeLessThan(bell.y + bell.height);
    expect(Math.abs(popover.y - bell.y - bell.height - 8)).toBeLessThan(1);
    const isRtl = page.attributes?.includes('rtl');
    const inside = Math.max(
      8,
      Math.min(isRtl ? bell.x : bell.x + bell.width - popover.width, 800 - popover.width - 8),
    );
    expect(Math.abs(popover.x - inside)).toBeLessThan(name.includes('scrolls') ? 16 : 1);
    expect(popover.y + popover.height).toBeLessThanOrEqual(692);
  });

  it.each([
    ['top-start', '40px auto auto', 'bottom-start'],
    ['top-start', 'auto auto 40px', 'top-start'],
    ['top-end', 'auto auto 40px', 'top-end'],
    ['bottom-start', '40px auto auto', 'bottom-start'],
    ['bottom-end', '40px auto auto', 'bottom-end'],
    ['bottom-end', 'auto auto 40px', 'top-end'],
  ] as const)(
    'is asked to be placed at %s of a bell at %s, and is at %s',
    async (placement, inset, expected) => {
      await using host = await openHost({
        props: { placement },
        css: `#bell{position:fixed;inset:${inset} 420px}`,
      });
      await host.page.setViewportSize({ width: 900, height: 700 });
      await host.press('.belfry-bell');
      await expect.poll(host.isOpen).toBe(true);
      const [bell, popover] = [await host.box('.belfry-bell'), await host.box('[role=dialog]')];
      const [side, edge] = expected.split('-');
      if (side === 'bottom') expect(popover.y).toBe(bell.y + bell.height + 8);
      else expect(popover.y + popover.height).toBe(bell.y - 8);
      if (edge === 'start') expect(popover.x).toBe(bell.x);
      else expect(popover.x + popover.width).toBe(bell.x + bell.width);
    },
  );

  it.each([
    ['a dark page', 'html{color-scheme:dark}', 'light', 'rgb(28, 28, 28)'],
    ['a light page of a dark system', 'html{color-scheme:light}', 'dark', 'rgb(255, 255, 255)'],
    ['a page that follows the system', 'html{color-scheme:light dark}', 'dark', 'rgb(28, 28, 28)'],
    [
      'a dark part of a light page',
      'html{color-scheme:light} header{color-scheme:dark}',
      'light',
      'rgb(28, 28, 28)',
    ],
    ['a page that says nothing, of a dark system', '', 'dark', 'rgb(28, 28, 28)'],
    ['a page that says nothing, of a light system', '', 'light', 'rgb(255, 255, 255)'],
  ] as const)('has the theme of %s, and its font', async (_, css, colorScheme, background) => {
    await using host = await openHost({ css });
    await host.page.emulateMedia({ colorScheme });
    await host.press('.belfry-bell');
    await expect.poll(() => host.style('[role=dialog]', 'background-color')).toBe(background);
    expect(await host.style('.belfry-title', 'font-family')).toBe('serif');
    await host.page.addStyleTag({ content: 'html,header{color-scheme:light!important}' });
    if (css) expect(await host.style('[role=dialog]', 'background-color')).toBe('rgb(255, 255, 255)');
  });

  it('does what its props say about the theme, whatever the page says', async () => {
    await using host = await openHost({ css: 'html{color-scheme:light}', props: { theme: 'dark' } });
    await host.press('.belfry-bell');
    await expect.poll(() => host.style('[role=dialog]', 'background-color')).toBe('rgb(28, 28, 28)');
  });

  describe('what is under the pointer', () => {
    async function hover(page: HostPage, nth: number) {
      const host = await openHost(page);
      await host.press('.belfry-bell');
      await expect.poll(host.isOpen).toBe(true);
      const item = host.page.getByRole('listitem').nth(nth);
      await item.hover();
      const id = await item.locator('.belfry-name').textContent();
      const { x, y } = (await item.boundingBox()) ?? { x: 0, y: 0 };
      const under = () =>
        host.page.evaluate(
          ([x, y]) =>
            document.elementFromPoint(x, y)?.closest('li')?.querySelector('.belfry-name')?.textContent,
          [x + 30, y + 20] as const,
        );
      expect(await under()).toBe(id);
      return { ...host, id, under };
    }
    const arrive = (id: number) =>
      window.fake.arrive({ ...window.fake.client.getSnapshot().notifications[0], id } as never);

    it.each([
      ['a short list', 'filled', 1, 0],
      ['a long list at its top', 'many', 1, 0],
      ['a list that was scrolled', 'many', 10, 300],
    ] as const)('stays when others come and go in %s', async (_, state, nth, scrollTop) => {
      await using host = await hover({ state }, nth);
      if (scrollTop)
        expect(await host.page.locator('.belfry-scroll').evaluate((list) => list.scrollTop)).toBeGreaterThan(
          0,
        );
      const count = () => host.page.getByRole('listitem').count();
      const before = await count();
      await host.page.evaluate(arrive, 2_000);
      await host.page.evaluate(arrive, 2_001);
      expect(await count()).toBe(before + 2);
      expect(await host.under()).toBe(host.id);
      await host.page.evaluate(() => window.fake.lose(2_001));
      await host.page.evaluate(() => window.fake.lose(2_000));
      expect(await host.under()).toBe(host.id);
      await host.page.evaluate(() => window.fake.render({ status: 'offline' }));
      expect(await host.under()).toBe(host.id);
    });

    it.each([
      ['“Undo”', 'read', '.belfry-undo button', 'bottom-end'],
      ['“Try again”', 'unreachable', '.belfry-notice button', 'bottom-end'],
      ['“Show older”', 'filled', '.belfry-more', 'bottom-end'],
      ['“Show older” of an inbox above the bell', 'filled', '.belfry-more', 'top-end'],
    ] as const)('stays when it is %s', async (_, state, selector, placement) => {
      const css = placement === 'top-end' ? '#bell{position:fixed;inset:auto 20px 20px auto}' : '';
      await using host = await openHost({ state, props: { placement }, css });
      const { page } = host;
      await page.setViewportSize({ width: 800, height: 800 });
      await page.evaluate(() => Object.assign(window, { IntersectionObserver: undefined }));
      await host.press('.belfry-bell');
      await expect.poll(host.isOpen).toBe(true);
      const count = () => page.getByRole('listitem').count();
      while ((await count()) > 2) {
        await page.evaluate(() =>
          window.fake.lose(window.fake.client.getSnapshot().notifications.at(-1)?.id ?? 0),
        );
      }
      if (selector === '.belfry-more') await page.evaluate(() => window.fake.render({ hasMore: true }));
      if (state === 'read') await page.getByRole('button', { name: 'Archive', exact: true }).last().click();
      await page.locator(selector).hover();
      const before = await page.locator(selector).boundingBox();
      await page.evaluate(arrive, 2_000);
      await page.evaluate(arrive, 2_001);
      expect(await count()).toBeGreaterThan(2);
      expect(await page.locator(selector).boundingBox()).toEqual(before);
      await page.mouse.move(5, 690);
      await page.evaluate(arrive, 2_002);
      expect((await page.locator('.belfry-scroll').getAttribute('style')) ?? '').toBe('');
    });

    it('stays while a finger is on it', async () => {
      await using host = await openHost({ state: 'many' });
      const { page } = host;
      const finger = await page.context().newCDPSession(page);
      await finger.send('Emulation.setTouchEmulationEnabled', { enabled: true });
      await host.press('.belfry-bell');
      await expect.poll(host.isOpen).toBe(true);
      await page.mouse.move(5, 690);
      const item = page.getByRole('listitem').nth(1);
      const before = await item.boundingBox();
      if (!before) throw new Error('The item has no place.');
      const text = await item.textContent();
      const point = { x: before.x + 60, y: before.y + 20 };
      await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
      await page.evaluate(arrive, 2_000);
      expect(await page.getByRole('listitem').nth(2).textContent()).toBe(text);
      expect(await page.getByRole('listitem').nth(2).boundingBox()).toEqual(before);
      await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    });

    it('gives way to what is new when the pointer leaves', async () => {
      await using host = await hover({ state: 'many' }, 1);
      await host.page.evaluate(arrive, 2_000);
      await host.page.mouse.move(5, 690);
      expect(
        await host.page
          .locator('.belfry-scroll')
          .evaluate((list) => [list.scrollTop, list.getAttribute('style')]),
      ).toEqual([0, '']);
    });

    it('does not move in a list that was scrolled, also if the pointer is elsewhere', async () => {
      await using host = await openHost({ state: 'many' });
      await host.press('.belfry-bell');
      await expect.poll(host.isOpen).toBe(true);
      await host.page.mouse.move(5, 690);
      await host.page.locator('.belfry-scroll').evaluate((list) => {
        list.scrollTop = 200;
      });
      const item = host.page.getByRole('listitem').filter({ hasText: 'Title 892' });
      const before = await item.boundingBox();
      await host.page.evaluate(arrive, 2_000);
      await expect.poll(() => host.page.getByRole('listitem').count()).toBeGreaterThan(20);
      // Browsers scroll by whole pixels of the screen.
      expect((await item.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    });
  });
});
