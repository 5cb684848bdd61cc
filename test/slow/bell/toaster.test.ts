import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import { chromiumPath, launchChromium, openScene, type SceneOptions, settle } from './chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('toasts, tabs and undo in Chromium', () => {
  let browser: Browser;
  let script: string;
  const openToasts = async (options: SceneOptions = {}) => {
    const scene = await openScene(browser, script, {
      reducedMotion: 'reduce',
      ...options,
      state: 'toasts',
      isOpen: true,
    });
    await toasts(scene.page).first().waitFor();
    return scene;
  };
  const toasts = (page: Page) => page.locator('.belfry-toast');
  const violations = async (page: Page) => {
    await settle(page);
    await page.addScriptTag({ path: axe });
    return page.evaluate(async () => {
      // The cast: the script above has put it there.
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      return (await axe.run({ include: '#bell' })).violations.map(
        ({ id, nodes }) => `${id} ${nodes[0]?.html}`,
      );
    });
  };

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleScene('bell.tsx')]);
  });
  afterAll(() => browser?.close());

  /** From now on, time passes in the page only if the test lets it: “Undo” is there for some seconds. */
  const stopTime = async ({ clock }: Page) => {
    await clock.install();
    await clock.pauseAt(Date.now() + 3_600_000);
  };

  it.each<[string, SceneOptions]>([
    ['light', {}],
    ['rtl-dark-320px', { lang: 'ar', colorScheme: 'dark', viewport: { width: 320, height: 600 } }],
    ['touch', { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true }],
    ['forced-colors', { forcedColors: 'active' }],
  ])('toasts are inside the window, and have nothing that axe finds: %s', async (name, options) => {
    await using scene = await openToasts(options);
    const { page } = scene;
    await page.screenshot({ path: `test-results/toasts-${name}.png` });
    const window = page.viewportSize();
    const boxes = await Promise.all((await toasts(page).all()).map((toast) => toast.boundingBox()));
    expect(boxes).toHaveLength(3);
    for (const box of boxes) {
      if (!box || !window) throw new Error('A toast has no place.');
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(8);
      expect(box.x + box.width).toBeLessThanOrEqual(window.width - 8);
      expect(box.y + box.height).toBeLessThanOrEqual(window.height - 8);
    }
    expect(await violations(page)).toEqual([]);
    expect(scene.complaints).toEqual([]);
  });

  it('toasts come above what the page has put into the top layer when one arrives', async () => {
    await using scene = await openToasts();
    await scene.page.evaluate(() => {
      const cover = document.createElement('div');
      cover.popover = 'manual';
      cover.style.cssText = 'width: 100vw; height: 100vh';
      document.body.append(cover);
      cover.showPopover();
    });
    const textOnTop = () =>
      scene.page.evaluate(() => {
        const box = document.querySelector('.belfry-toast')?.getBoundingClientRect();
        if (!box) throw new Error('There is no toast.');
        return document.elementFromPoint(box.x + box.width / 2, box.y + 20)?.closest('.belfry-toast')
          ?.textContent;
      });
    expect(await textOnTop()).toBeUndefined();
    await scene.page.evaluate(() => {
      const [first] = window.fake.client.getSnapshot().notifications;
      if (first) window.fake.arrive({ ...first, id: 2_000, title: 'Late' });
    });
    await expect.poll(textOnTop).toContain('Late');
  });

  it('toasts move only where motion is wanted', async () => {
    const animations = (page: Page) =>
      toasts(page)
        .first()
        .evaluate((toast) => toast.getAnimations().length);
    await using still = await openToasts();
    expect(await animations(still.page)).toBe(0);
    await using moving = await openToasts({ reducedMotion: 'no-preference' });
    const arriving = moving.page.evaluate(async () => {
      const [first] = window.fake.client.getSnapshot().notifications;
      if (first) window.fake.arrive({ ...first, id: 2_000 });
      await new Promise(requestAnimationFrame);
      return document.querySelector('.belfry-toast')?.getAnimations().length;
    });
    expect(await arriving).toBeGreaterThan(0);
  });

  it('tabs wrap at 320 px, so that each of them is in view', async () => {
    await using scene = await openScene(browser, script, {
      state: 'grouped',
      isOpen: true,
      reducedMotion: 'reduce',
      viewport: { width: 320, height: 700 },
    });
    const { page } = scene;
    const bar = page.getByRole('group');
    const boxes = await Promise.all(
      [bar, ...(await bar.getByRole('button').all())].map((element) => element.boundingBox()),
    );
    const [around, ...tabs] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
    expect(tabs).toHaveLength(5);
    for (const { x, y, width, height } of tabs) {
      expect(x).toBeGreaterThanOrEqual(around?.x ?? 0);
      expect(x + width).toBeLessThanOrEqual((around?.x ?? 0) + (around?.width ?? 0));
      expect(y + height).toBeLessThanOrEqual((around?.y ?? 0) + (around?.height ?? 0));
    }
    const last = page.getByRole('button', { name: 'Done' });
    await last.click();
    expect(await last.getAttribute('aria-pressed')).toBe('true');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await violations(page)).toEqual([]);
  });

  it('undo stays in view below the list, and axe finds nothing', async () => {
    await using scene = await openScene(browser, script, {
      state: 'grouped',
      reducedMotion: 'reduce',
    });
    const { page } = scene;
    await stopTime(page);
    await page.locator('[aria-haspopup=dialog]').click();
    await page.keyboard.press('ArrowDown');
    const titles = page.locator('.belfry-name');
    const before = await titles.allTextContents();
    await page.keyboard.press('e');
    const undo = page.getByRole('button', { name: 'Undo' });
    await settle(page);
    await page.screenshot({ path: 'test-results/bell-undo.png' });
    const [dialog, button] = await Promise.all([page.getByRole('dialog').boundingBox(), undo.boundingBox()]);
    if (!dialog || !button) throw new Error('The button has no place.');
    expect(button.y + button.height).toBeLessThanOrEqual(dialog.y + dialog.height);
    // It stays while the pointer is on it, and axe needs timers.
    await undo.hover();
    await page.clock.resume();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Control+z');
    await expect.poll(() => titles.allTextContents()).toEqual(before);
  });

  it('undo waits while the pointer or the focus is on it', async () => {
    await using scene = await openScene(browser, script, { state: 'grouped', reducedMotion: 'reduce' });
    const { page } = scene;
    await stopTime(page);
    await page.locator('[aria-haspopup=dialog]').click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('e');
    const undo = page.getByRole('button', { name: 'Undo' });
    await undo.hover();
    await page.clock.runFor(20_000);
    expect(await undo.count()).toBe(1);
    await undo.focus();
    await page.mouse.move(5, 5);
    await page.clock.runFor(20_000);
    expect(await undo.count()).toBe(1);
    await page.locator('.belfry-open').first().focus();
    await page.clock.runFor(6_000);
    expect(await undo.count()).toBe(0);
  });
});
