import { homedir } from 'node:os';
import puppeteer, { type KeyInput, type LaunchOptions, type Page } from 'puppeteer-core';
import { installed } from '../../support/installed.ts';
import { wholeBrowsers } from '../bell/chromium.ts';
import type { ColorScheme, Engine, EngineBrowser, Size, Tab } from './engine.ts';

const chromiumPath = installed('CHROMIUM_PATH', wholeBrowsers);

const firefoxPath = installed('FIREFOX_PATH', [
  'firefox-esr',
  'firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
]);

/** Chromium, driven by the Chrome DevTools Protocol. */
export const chromium: Engine = {
  name: 'Chromium',
  missing: chromiumPath ? undefined : 'apt-get install chromium, or set CHROMIUM_PATH',
  start: (colorScheme) =>
    launch(colorScheme, {
      browser: 'chrome',
      executablePath: chromiumPath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    }),
};

/** Firefox, driven by WebDriver BiDi. */
export const firefox: Engine = {
  name: 'Firefox',
  missing: firefoxPath ? undefined : 'apt-get install firefox-esr, or set FIREFOX_PATH',
  start: (colorScheme) =>
    launch(colorScheme, {
      browser: 'firefox',
      executablePath: firefoxPath ?? '',
      // As root, Firefox refuses a home that belongs to another user.
      env: { ...process.env, HOME: homedir() },
      extraPrefsFirefox: {
        'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : 1,
      },
    }),
};

async function launch(colorScheme: ColorScheme, options: LaunchOptions): Promise<EngineBrowser> {
  const browser = await puppeteer.launch({ headless: true, ...options });
  return {
    async open(url: string, viewport: Size) {
      const page = await browser.newPage();
      await page.setViewport(viewport);
      if (options.browser === 'chrome') {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colorScheme }]);
      }
      await page.goto(url);
      return createTab(page);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function createTab(page: Page): Tab {
  return {
    // The casts: Puppeteer's own type of functions has handles in it, which no test passes.
    evaluate: (run, ...given) => page.evaluate(run as (...given: unknown[]) => never, ...given),
    async press(...keys) {
      for (const key of keys) {
        const names = key.split('+') as KeyInput[];
        for (const name of names) await page.keyboard.down(name);
        for (const name of names.reverse()) await page.keyboard.up(name);
      }
    },
    move: ({ x, y }) => page.mouse.move(x, y),
    click: ({ x, y }) => page.mouse.click(x, y),
    toFront: () => page.bringToFront(),
    [Symbol.asyncDispose]: () => page.close(),
  };
}
