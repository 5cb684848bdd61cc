import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import type { Host } from '../../../client/scenes/host.tsx';
import { launchChromium, openContext } from './chromium.ts';

export interface HostPage extends Host {
  /** Rules of the app. */
  css?: string;
  policy?: string;
  /** Attributes of the element `html`. */
  attributes?: string;
}

/** A browser with the script of such pages. */
export interface HostBrowser {
  browser: Browser;
  script: string;
}

export async function startHostBrowser(): Promise<HostBrowser> {
  const [browser, script] = await Promise.all([launchChromium(), bundleScene('host.tsx')]);
  return { browser, script };
}

/** Opens a page of an app that has the bell in one of its places, in Chromium. */
export async function openHost(
  { browser, script }: HostBrowser,
  { css = '', policy, attributes = '', ...host }: HostPage,
) {
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
  await expect.poll(() => has('.belfry')).toBe(true);
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
