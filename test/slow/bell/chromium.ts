import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { Scene } from './scenes.ts';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const { CHROMIUM_PATH } = process.env;

/** The browser of `CHROMIUM_PATH`, else one that is installed where they usually are; undefined where there is none. */
export const chromiumPath = (CHROMIUM_PATH ? [CHROMIUM_PATH] : usualPaths).find(existsSync);

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
 * Starts the browser with an empty profile, and nothing that asks the network by itself.
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
  context.setDefaultTimeout(15_000);
  return context;
}

/** Bundles the page with React 19, or with 18. */
export async function bundlePage(react: 18 | 19): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.tsx')],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    ...(react === 18 && { alias: { react: 'react-18', 'react-dom': 'react-dom-18' } }),
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('The bundler made nothing of the page.');
  return bundle.text;
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
  { state, theme, nonce, isHydrated, lang = 'en', ...options }: SceneOptions,
): Promise<ScenePage> {
  const context = await openContext(browser, { viewport: { width: 560, height: 700 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const scene = { state, theme, nonce, isHydrated };
  await page.route('http://bell.test/', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: nonce
        ? {
            'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`,
          }
        : {},
      body: `<!doctype html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
  <head>
    <meta name="viewport" content="width=device-width">
    <title>Concert Hall</title>
    <style nonce="${nonce ?? ''}">${look}</style>
  </head>
  <body>
    <header><strong>Concert Hall</strong><div id="bell"></div></header>
    <main><h1>Tonight</h1><button>Book</button></main>
    <script nonce="${nonce ?? ''}">window.scene = ${JSON.stringify(scene)};</script>
    <script nonce="${nonce ?? ''}">${script.replaceAll('</script', '<\\/script')}</script>
  </body>
</html>`,
    }),
  );
  await page.goto('http://bell.test/');
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Of the page around the bell, which brings its own. */
const look = `
  body { margin: 0; font-family: system-ui, sans-serif; color: #222; background: #f7f7f8; }
  header { display: flex; justify-content: space-between; align-items: center; padding: 10px 24px; border-bottom: 1px solid #8883; }
  main { padding: 24px; }
  @media (prefers-color-scheme: dark) { body { color: #eee; background: #111; } }
`;
