import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, settle } from './chromium.ts';
import { type HostBrowser, type HostPage, openHost as openIn, startHostBrowser } from './host-page.ts';

describe.skipIf(!chromiumPath)('the bell between the styles of an app, in Chromium', () => {
  let chromium: HostBrowser;
  beforeAll(async () => {
    chromium = await startHostBrowser();
  });
  afterAll(() => chromium?.browser.close());

  const openHost = (page: HostPage) => openIn(chromium, page);

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
    await using host = await openHost({ ...page, props: { badge: 'unread' } });
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    await settle(host.page);
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
    ['a dark page', 'html{color-scheme:dark}', 'light', 'rgb(18, 18, 18)'],
    ['a light page of a dark system', 'html{color-scheme:light}', 'dark', 'rgb(255, 255, 255)'],
    ['a page that follows the system', 'html{color-scheme:light dark}', 'dark', 'rgb(18, 18, 18)'],
    [
      'a dark part of a light page',
      'html{color-scheme:light} header{color-scheme:dark}',
      'light',
      'rgb(18, 18, 18)',
    ],
    ['a page that says nothing, of a dark system', '', 'dark', 'rgb(18, 18, 18)'],
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

  it('keeps “Undo” in view if the inbox is a part of a page that scrolls', async () => {
    await using host = await openHost({ state: 'many', isPage: true, css: 'header{display:block}' });
    const { page } = host;
    await page.getByRole('listitem').first().hover();
    await page.getByRole('button', { name: 'Archive', exact: true }).first().click();
    const undo = await page.getByRole('button', { name: 'Undo' }).boundingBox();
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(1_000);
    expect((undo?.y ?? 0) + (undo?.height ?? 0)).toBeLessThanOrEqual(700);
    expect(undo?.y).toBeGreaterThan(600);
  });

  it('does what its props say about the theme, whatever the page says', async () => {
    await using host = await openHost({ css: 'html{color-scheme:light}', props: { theme: 'dark' } });
    await host.press('.belfry-bell');
    await expect.poll(() => host.style('[role=dialog]', 'background-color')).toBe('rgb(18, 18, 18)');
  });
});
