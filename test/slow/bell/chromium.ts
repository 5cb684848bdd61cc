import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { personImage, sceneDocument } from '../../../bin/scenes.ts';
import type { Scene } from '../../../client/scenes/states.ts';
import { installed } from '../../support/installed.ts';
import { nothingMoves } from '../../support/nothing-moves.ts';
import { patience } from '../../support/patience.ts';

/** Names and paths of Chromium as people have it. */
export const wholeBrowsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Undefined if there is none. The headless shell is the same engine without the windows of the browser around it, and costs
 * half as much time of the processor.
 */
export const chromiumPath = installed('CHROMIUM_PATH', ['chromium-headless-shell', ...wholeBrowsers]);

if (!chromiumPath) {
  console.warn(
    'No Chromium was found, so the tests that need it are skipped. Install one ("apt-get install chromium"), or set CHROMIUM_PATH.',
  );
}

/** Makes a browser say that it has a mouse, which comes first, and a touch screen too. */
export const touchLaptop = [
  '--blink-settings=availablePointerTypes=6,primaryPointerType=4,availableHoverTypes=2,primaryHoverType=2',
];

/**
 * Starts the browser with an empty profile, and without background requests of its own.
 *
 * @param switches further ones for its command line
 */
export function launchChromium(switches: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...switches,
    ],
  });
}

/** Opens a profile of its own, whose waits end before their test does, so that what was waited for in vain is named. */
export async function openContext(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patience.timeout);
  return context;
}

export interface SceneOptions extends Scene, BrowserContextOptions {
  lang?: 'en' | 'ar';
  /** Of the page, with a policy that allows nothing without it. */
  nonce?: string;
}

/** A page with the bell in its header. `complaints` is what the page wrote to the console as a warning or an error. */
export interface ScenePage extends AsyncDisposable {
  page: Page;
  complaints: string[];
}

export async function openScene(
  browser: Browser,
  script: string,
  { state, theme, nonce, isHydrated, isOpen, lang = 'en', ...options }: SceneOptions,
): Promise<ScenePage> {
  const context = await openContext(browser, { viewport: { width: 560, height: 700 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('http://bell.test/*', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: nonce ? { 'content-security-policy': policyWith(nonce) } : {},
      body: sceneDocument({ state, theme, nonce, isHydrated, isOpen, lang }),
    }),
  );
  await page.route('**/bell.js', (route) =>
    route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script }),
  );
  await page.route('**/person.svg', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: personImage }),
  );
  await page.goto('http://bell.test/');
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Waits until nothing fades or moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(nothingMoves);
}

/** A policy that allows no style and no script without the nonce. */
const policyWith = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
