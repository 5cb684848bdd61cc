import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import { chromiumPath, launchChromium, openScene, type SceneOptions, settle } from './chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('the list of everybody in a group, in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleScene('bell.tsx')]);
  });
  afterAll(() => browser?.close());

  const open = async (options: SceneOptions = {}) => {
    const scene = await openScene(browser, script, { state: 'everybody', isOpen: true, ...options });
    await scene.page.locator('.belfry-everybody').waitFor();
    return scene;
  };
  const others = (page: Page) => page.locator('.belfry-others').first();
  const box = async (page: Page, selector: string) => {
    const found = await page.locator(selector).first().boundingBox();
    if (!found) throw new Error(`${selector} has no place.`);
    return found;
  };

  it.each<[string, SceneOptions]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['rtl-dark-320px', { lang: 'ar', colorScheme: 'dark', viewport: { width: 320, height: 600 } }],
    ['touch', { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true }],
    ['forced-colors', { forcedColors: 'active' }],
    ['failed', { state: 'everybodyFailed' }],
  ])('stays within the inbox, and has nothing that axe finds: %s', async (name, options) => {
    await using scene = await open({ reducedMotion: 'reduce', ...options });
    const { page } = scene;
    await settle(page);
    await page.screenshot({ path: `test-results/everybody-${name}.png` });
    const inbox = await box(page, '.belfry-scroll');
    const list = await box(page, '.belfry-everybody');
    expect(list.x).toBeGreaterThanOrEqual(inbox.x);
    expect(list.x + list.width).toBeLessThanOrEqual(inbox.x + inbox.width);
    const isOverflowing = await page
      .locator('.belfry-scroll')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
    expect(isOverflowing).toBe(false);
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(async () => {
      // The cast: the script above has put it there.
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const found = (await axe.run({ include: '#bell' })).violations;
      return found.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
    });
    expect(violations).toEqual([]);
    expect(scene.complaints).toEqual([]);
  });

  it('starts below the names that it belongs to, at the edge of the texts', async () => {
    await using scene = await open();
    const [names, list] = [
      await box(scene.page, '.belfry-actors'),
      await box(scene.page, '.belfry-everybody'),
    ];
    expect(list.y).toBeGreaterThanOrEqual(names.y + names.height);
    const [face, first] = [
      await box(scene.page, '.belfry-faces .belfry-face'),
      await box(scene.page, '.belfry-activity .belfry-face'),
    ];
    expect(first.x).toBe(face.x);
  });

  it('is closed and opened by keyboard, and leaves the focus on its button and the inbox open', async () => {
    await using scene = await open();
    const { page } = scene;
    const list = page.locator('.belfry-everybody');
    await page.locator('.belfry-item .belfry-open').first().focus();
    await page.keyboard.press('Tab');
    const isFocused = () => others(page).evaluate((button) => button === document.activeElement);
    expect(await isFocused()).toBe(true);
    await page.keyboard.press('Enter');
    await list.waitFor({ state: 'detached' });
    expect(await others(page).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Space');
    await list.locator('.belfry-activity').first().waitFor();
    expect(await isFocused()).toBe(true);
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(scene.complaints).toEqual([]);
  });

  it('gives a finger enough room to open it', async () => {
    await using scene = await open({
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      isMobile: true,
    });
    const { width, height } = await box(scene.page, '.belfry-others');
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    await others(scene.page).tap();
    expect(await scene.page.locator('.belfry-everybody').count()).toBe(0);
  });
});
