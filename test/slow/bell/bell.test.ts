import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import {
  chromiumPath,
  launchChromium,
  openScene,
  type SceneOptions,
  settle,
  touchLaptop,
} from './chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const looks: Record<string, SceneOptions> = {
  light: {},
  dark: { colorScheme: 'dark' },
  'dark-theme': { theme: 'dark' },
  rtl: { lang: 'ar' },
  'rtl-dark': { lang: 'ar', colorScheme: 'dark' },
  '320px': { viewport: { width: 320, height: 600 } },
  touch: { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true },
  'forced-colors': { forcedColors: 'active' },
  mixed: { state: 'mixed' },
  'mixed-320px': { state: 'mixed', viewport: { width: 320, height: 900 } },
  living: { state: 'living' },
  'living-dark': { state: 'living', colorScheme: 'dark' },
  'living-rtl-320px': { state: 'living', lang: 'ar', viewport: { width: 320, height: 900 } },
  'living-touch': { state: 'living', viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true },
  asleep: { state: 'asleep' },
  many: { state: 'many' },
  read: { state: 'read' },
  empty: { state: 'empty' },
  loading: { state: 'loading' },
  failed: { state: 'failed' },
  refused: { state: 'refused' },
  offline: { state: 'offline' },
  polling: { state: 'polling', colorScheme: 'dark' },
};

const button = (page: Page) => page.locator('[aria-haspopup=dialog]');
const dialog = (page: Page) => page.getByRole('dialog');
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const focusedName = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return (
      activeElement?.getAttribute('aria-label') ??
      activeElement?.querySelector('.belfry-name')?.lastChild?.textContent ??
      activeElement?.textContent
    );
  });

describe.skipIf(!chromiumPath)('the bell in Chromium', () => {
  let browser: Browser;
  let script: string;
  const open = async (options: SceneOptions) => {
    const scene = await openScene(browser, script, options);
    await button(scene.page).click();
    await dialog(scene.page).waitFor();
    await settle(scene.page);
    return scene;
  };

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleScene('bell.tsx')]);
  });
  afterAll(() => browser?.close());

  it.each(Object.entries(looks))(
    'has nothing that axe finds, and is saved for looking at: %s',
    async (name, options) => {
      await using scene = await open({ ...options, reducedMotion: 'reduce', deviceScaleFactor: 2 });
      await scene.page.screenshot({ path: `test-results/bell-${name}.png` });
      await scene.page.addScriptTag({ path: axe });
      const violations = await scene.page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const found = await axe.run({ include: '#bell' });
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      expect(violations).toEqual([]);
      expect(scene.complaints).toEqual([]);
    },
  );

  it.each(['light', 'rtl', '320px', 'touch'])('stands within the window: %s', async (name) => {
    await using scene = await open({ ...looks[name], reducedMotion: 'reduce' });
    const box = await dialog(scene.page).boundingBox();
    const window = scene.page.viewportSize();
    if (!box || !window) throw new Error('The dialog has no place.');
    expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(8);
    expect(box.x + box.width).toBeLessThanOrEqual(window.width - 8);
    expect(box.y + box.height).toBeLessThanOrEqual(window.height - 8);
    expect(await scene.page.evaluate(() => document.documentElement.scrollWidth)).toBe(window.width);
  });

  it.each([
    ['a pointer', {}, 24],
    ['a finger', looks.touch ?? {}, 44],
    ['a finger, also in what items can have', looks['living-touch'] ?? {}, 44],
  ])('can be hit with %s', async (_, options, least) => {
    await using scene = await open(options);
    const sizes = await scene.page
      .locator('#bell')
      .locator('a,button')
      .evaluateAll((elements) =>
        elements.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return {
            name: element.getAttribute('aria-label') ?? element.textContent,
            size: Math.min(width, height),
          };
        }),
      );
    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes.filter(({ size }) => size < least)).toEqual([]);
  });

  it('archives nothing by a tap on a time, where there is a mouse besides the finger', async () => {
    await using laptop = await launchChromium(touchLaptop);
    await using scene = await openScene(laptop, script, { reducedMotion: 'reduce' });
    const { page } = scene;
    expect(await page.evaluate(() => matchMedia('(hover:hover) and (any-pointer:coarse)').matches)).toBe(
      true,
    );
    await button(page).click();
    await settle(page);
    await page.screenshot({ path: 'test-results/bell-touch-laptop.png' });
    const box = await page.locator('.belfry-time').nth(1).boundingBox();
    if (!box) throw new Error('The time has no place.');
    const devtools = await page.context().newCDPSession(page);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => page.evaluate(() => window.fake.calls)).toEqual(['markAsRead 99']);
    expect(await page.evaluate(() => window.opened)).toEqual(['/questions/7']);
  });

  it('follows the bell when that scrolls with a part of the page', async () => {
    await using scene = await open({ reducedMotion: 'reduce' });
    const top = async () => (await dialog(scene.page).boundingBox())?.y ?? 0;
    await scene.page.addStyleTag({
      content: 'html { overflow: hidden } body { height: 90vh; overflow: auto } main { height: 200vh }',
    });
    const before = await top();
    await scene.page.evaluate(() => document.body.scrollBy(0, 30));
    await expect.poll(top).toBe(before - 30);
  });

  it('is walked through by keyboard alone', async () => {
    await using scene = await openScene(browser, script, {});
    const { keyboard } = scene.page;
    const walk = async (...keys: string[]) => {
      for (const key of keys) await keyboard.press(key);
      return focusedName(scene.page);
    };
    // The page has loaded before React has drawn the bell.
    await button(scene.page).waitFor();
    expect(await walk('Tab')).toBe('Notifications, 3 unread, 3 new');
    await keyboard.press('Enter');
    await dialog(scene.page).waitFor();
    expect(await walk('Tab')).toBe('Mark all as read');
    expect(await walk('Tab')).toBe('Archive what is read');
    expect(await walk('Tab', 'Tab', 'Tab')).toBe('Archived');
    expect(await walk('Tab')).toBe('Doors open in one hour');
    expect(await walk('ArrowDown')).toBe('Mira Okafor replied to your question');
    expect(await walk('Tab', 'Enter')).toBe('Mark as unread');
    expect(await walk('Enter')).toBe('Mark as read');
    expect(await walk('Tab')).toBe('Archive');
    expect(await walk('Enter')).toBe('A better seat is free');
    expect(await walk('Delete')).toBe('Booking confirmed');
    expect(await walk('End')).toBe('Welcome');
    expect(await walk('e')).toBe('The programme has changed');
    expect(await walk('Home', 'Enter')).toBe('Notifications');
    expect(await scene.page.evaluate(() => window.opened)).toEqual(['/events/42']);
    expect(await dialog(scene.page).count()).toBe(0);
  });

  it('closes when Tab leads out of it, to what comes next on the page', async () => {
    await using scene = await open({ state: 'empty' });
    const { keyboard } = scene.page;
    for (let stop = 0; stop < 6; stop += 1) await keyboard.press('Tab');
    expect(await focusedText(scene.page)).toBe('Book');
    expect(await dialog(scene.page).count()).toBe(0);
  });

  it('shows where the focus is', async () => {
    await using scene = await open({});
    await scene.page.keyboard.press('ArrowDown');
    const outline = await scene.page.evaluate(
      () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle,
    );
    expect(outline).toBe('solid');
  });

  it('loads older notifications as their end comes into view', async () => {
    await using scene = await open({ state: 'many' });
    const list = scene.page.getByRole('listitem');
    expect(await list.count()).toBe(20);
    await scene.page.keyboard.press('End');
    await expect.poll(() => list.count()).toBe(40);
    await scene.page.keyboard.press('End');
    await expect.poll(() => list.count()).toBe(60);
    expect(await scene.page.getByText('Show older').count()).toBe(0);
  });

  it('moves nothing when it opens, because it only fades in', async () => {
    await using scene = await open({});
    const changes = await dialog(scene.page).evaluate((element) => {
      const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
      const frames = rules.flatMap((rule) => (rule instanceof CSSKeyframesRule ? [...rule.cssRules] : []));
      // The cast: keyframes have no other rules inside.
      const properties = frames.flatMap((frame) => [...(frame as CSSKeyframeRule).style]);
      return { animation: getComputedStyle(element).animationName, properties };
    });
    expect(changes).toEqual({ animation: 'belfry-in', properties: ['opacity'] });
  });

  it('obeys a content security policy that wants a nonce', async () => {
    await using scene = await open({ nonce: 'n0nce' });
    expect(await dialog(scene.page).evaluate((element) => getComputedStyle(element).borderRadius)).toBe(
      '16px',
    );
    expect(scene.complaints).toEqual([]);
  });

  it.each([18, 19] as const)('is hydrated by React %i with its look, without a warning', async (react) => {
    await using scene = await openScene(browser, await bundleScene('bell.tsx', react), { isHydrated: true });
    expect(await button(scene.page).evaluate((element) => getComputedStyle(element).borderRadius)).toBe(
      '10px',
    );
    await button(scene.page).click();
    expect(await scene.page.getByRole('listitem').count()).toBe(7);
    await scene.page.keyboard.press('ArrowDown');
    expect(await focusedName(scene.page)).toBe('Doors open in one hour');
    expect(scene.complaints).toEqual([]);
  });

  it('takes its colours from the app', async () => {
    await using scene = await open({});
    await scene.page.addStyleTag({ content: '.belfry { --belfry-background: rgb(1, 2, 3) }' });
    const background = await dialog(scene.page).evaluate(
      (element) => getComputedStyle(element).backgroundColor,
    );
    expect(background).toBe('rgb(1, 2, 3)');
  });

  it.each([
    ['with a nonce', 19, { nonce: 'n0nce' }],
    ['with React 18', 18, {}],
  ] as const)(
    'gives the parts of items their look and a menu above everything, %s',
    async (_, react, options) => {
      await using scene = await openScene(browser, await bundleScene('bell.tsx', react), {
        state: 'living',
        ...options,
      });
      const { page } = scene;
      await button(page).click();
      const accept = page.getByRole('button', { name: 'Accept' });
      const decline = page.getByRole('button', { name: 'Decline' });
      expect((await accept.boundingBox())?.y).toBe((await decline.boundingBox())?.y);
      // The last item, at the edge of a list that scrolls.
      await page.getByRole('listitem').last().hover();
      await page.getByRole('button', { name: 'Snooze' }).last().click();
      const tomorrow = page.getByRole('menuitem', { name: 'Tomorrow' });
      const box = await tomorrow.boundingBox();
      if (!box) throw new Error('The choice has no place.');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const hit = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest('button')?.role, [
        x,
        y,
      ] as const);
      expect(hit).toBe('menuitem');
      await page.keyboard.press('Escape');
      expect(await page.getByRole('menu').count()).toBe(0);
      expect(await dialog(page).count()).toBe(1);
      expect(scene.complaints).toEqual([]);
    },
  );
});
