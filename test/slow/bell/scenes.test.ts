import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveScenes } from '../../../bin/scenes.ts';
import { states } from '../../../client/scenes/states.ts';
import { chromiumPath, launchChromium, openContext } from './chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('the page with all scenes', () => {
  let browser: Browser;
  let scenes: Awaited<ReturnType<typeof serveScenes>>;

  beforeAll(async () => {
    [browser, scenes] = await Promise.all([launchChromium(), serveScenes(0)]);
  });
  afterAll(async () => {
    await browser?.close();
    await scenes?.[Symbol.asyncDispose]();
  });

  /** The bells of the page once all of them are there: one with something open for each state, and three that are closed. */
  async function framesOf(page: Page) {
    const frames = page.locator('iframe');
    await expect.poll(() => frames.count()).toBe(Object.keys(states).length + 3);
    const bells = await frames.all();
    for (const bell of bells) {
      const isOpen = (await bell.getAttribute('src'))?.includes('isOpen=true');
      const inside = bell.contentFrame();
      await (isOpen
        ? inside.locator('.belfry-popover,.belfry-toasts,.belfry-switch >> nth=0')
        : inside.locator('[aria-haspopup=dialog]')
      ).waitFor();
    }
    return bells;
  }

  it.each([
    ['light', []],
    ['dark', ['Dark']],
    ['rtl-dark-320px', ['Dark', 'Right to left', '320 px']],
  ])('shows each of them as its switches say, and is saved for looking at: %s', async (name, labels) => {
    await using context = await openContext(browser, { viewport: { width: 1_440, height: 1_000 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(scenes.url);
    for (const label of labels) await page.getByLabel(label).check();
    const looks = new Set<string>();
    for (const bell of await framesOf(page)) {
      const root = bell.contentFrame().locator('html');
      const theme = await root.evaluate((element) => getComputedStyle(element).colorScheme);
      looks.add(`${theme} ${await root.getAttribute('dir')} ${(await bell.boundingBox())?.width}`);
    }
    const [theme, dir, width] = [
      labels.includes('Dark') ? 'dark' : 'light',
      labels.includes('Right to left') ? 'rtl' : 'ltr',
      labels.includes('320 px') ? 320 : 420,
    ];
    expect([...looks]).toEqual([`${theme} ${dir} ${width}`]);
    await page.screenshot({
      path: `test-results/scenes-${name}.png`,
      fullPage: true,
      animations: 'disabled',
    });
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(async () => {
      // The cast: the script above has put it there.
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      return (await axe.run({ exclude: ['iframe'] })).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('keeps its switches in the address', async () => {
    await using context = await openContext(browser);
    const page = await context.newPage();
    await page.goto(`${scenes.url}/?theme=dark&lang=ar&width=320`);
    expect(await page.getByLabel('Dark').isChecked()).toBe(true);
    await page.getByLabel('420 px').check();
    expect(page.url()).toBe(`${scenes.url}/?theme=dark&lang=ar&width=420`);
  });
});
