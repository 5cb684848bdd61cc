import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import { chromiumPath, launchChromium, openScene, settle } from './chromium.ts';

describe.skipIf(!chromiumPath)(
  'the styles of a bell that comes later in the page',
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let script: string;

    beforeAll(async () => {
      [browser, script] = await Promise.all([launchChromium(), bundleScene('bell.tsx')]);
    });
    afterAll(() => browser?.close());

    /** How each element of the bell, the toasts and the preferences looks. */
    const looksOf = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll('.belfry, .belfry [class^=belfry-]')].map((element) => {
          const style = getComputedStyle(element);
          return [element.className, ...[...style].map((name) => `${name}: ${style.getPropertyValue(name)}`)];
        }),
      );

    /** Adds the style element of one more bell. With a nonce, each bell has its own, in its place. */
    const addLaterBell = (page: Page, nonce: string) =>
      page.evaluate((nonce) => {
        const style = document.createElement('style');
        const ofBell = [...document.querySelectorAll('style')].find(({ textContent }) =>
          textContent?.includes(':where(.belfry)'),
        );
        Object.assign(style, { nonce, textContent: ofBell?.textContent });
        document.body.append(style);
        return style.sheet?.cssRules.length ?? 0;
      }, nonce);

    it.each([
      ['toasts', '.belfry-toast'],
      ['preferences', '.belfry-switch'],
      ['preferencesRefused', '.belfry-refused'],
      ['living', '.belfry-choose'],
      ['everybody', '.belfry-activity'],
      ['snoozing', '.belfry-menu'],
    ] as const)('change nothing of the scene %s, with a nonce', async (state, selector) => {
      await using scene = await openScene(browser, script, {
        state,
        nonce: 'n0nce',
        isOpen: true,
        reducedMotion: 'reduce',
      });
      const { page } = scene;
      await page.locator(selector).first().waitFor();
      await settle(page);
      const before = await looksOf(page);
      expect(await addLaterBell(page, 'n0nce')).toBeGreaterThan(10);
      expect(await looksOf(page)).toEqual(before);
    });
  },
);
