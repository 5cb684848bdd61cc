import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sceneDocument } from '../../../bin/scenes.ts';
import { chromiumPath, launchChromium, openContext, settle } from './chromium.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!chromiumPath)('a bell whose inbox is a file of its own, in Chromium', () => {
  let browser: Browser;
  /** The scripts by their names, as a bundler of an app splits them. */
  let scripts: Map<string, string>;

  beforeAll(async () => {
    browser = await launchChromium();
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, '../../../client/scenes/bell.tsx')],
      outdir: '.',
      bundle: true,
      splitting: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    scripts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  });
  afterAll(() => browser?.close());

  const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ });
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Notifications' });
  const hasFocus = (page: Page) => dialog(page).evaluate((it) => it.contains(document.activeElement));

  /** @param isThere whether a request for the inbox gets its file, by the number of the request */
  async function openPage(isThere: (request: number) => boolean | Promise<boolean>) {
    const context = await openContext(browser, { viewport: { width: 560, height: 700 } });
    const page = await context.newPage();
    let requests = 0;
    await page.route('http://bell.test/**', async (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      const isInbox = /^inbox-/.test(name);
      if (isInbox) requests += 1;
      if (isInbox && !(await isThere(requests))) return route.abort();
      const script = scripts.get(name);
      if (script) return route.fulfill({ contentType: 'text/javascript', body: script });
      const body = sceneDocument({ state: 'filled' }).replace(
        'src="/bell.js"',
        'type="module" src="/bell.js"',
      );
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    });
    await page.goto('http://bell.test/');
    await bell(page).waitFor();
    return { page, requests: () => requests, [Symbol.asyncDispose]: () => context.close() };
  }

  it('loads it before the first click', async () => {
    await using scene = await openPage(() => true);
    const { page, requests } = scene;
    await page.waitForLoadState('networkidle');
    expect(requests()).toBe(1);
    await bell(page).click();
    await dialog(page).getByRole('listitem').first().waitFor();
    expect(await hasFocus(page)).toBe(true);
    expect(requests()).toBe(1);
  });

  it('says what is missing, without anything that axe finds, and shows it after a retry', async () => {
    await using scene = await openPage((request) => request > 2);
    const { page } = scene;
    await page.waitForLoadState('networkidle');
    await bell(page).click();
    await dialog(page).getByText('That did not work').waitFor();
    await settle(page);
    await page.screenshot({ path: 'test-results/bell-not-loaded.png' });
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(async () => {
      // The cast: the script above has put it there.
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      return (await axe.run({ include: '#bell' })).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('listitem').first().waitFor();
    expect(await hasFocus(page)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('says that it is loading until it is there, and keeps the focus', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    await using scene = await openPage(() => promise);
    const { page } = scene;
    await bell(page).click();
    await dialog(page).getByText('Loading…').waitFor();
    expect(await hasFocus(page)).toBe(true);
    await settle(page);
    await page.screenshot({ path: 'test-results/bell-loading.png' });
    resolve(true);
    await dialog(page).getByRole('listitem').first().waitFor();
    expect(await hasFocus(page)).toBe(true);
  });
});
