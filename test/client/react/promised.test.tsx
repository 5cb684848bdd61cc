// @vitest-environment happy-dom
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { notification } from '../../../client/scenes/notification.ts';
import { patience } from '../../support/patience.ts';

type Bundle = typeof import('./promised-app.tsx');

const folder = mkdtempSync(join(tmpdir(), 'belfry-promised-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const initialData = {
  data: [notification(1)],
  next_cursor: null,
  unread_count: 7,
  unseen_count: 0,
  scopes: {},
  version: 9,
  user_id: '0b5e55ed-0000-4000-8000-000000000001',
};

/** The app and one version of React, once as a server loads them and once as a browser does. */
async function bundle(react: 18 | 19): Promise<{ server: Bundle; browser: Bundle }> {
  const load = async (place: string) => {
    const outfile = join(folder, `${place}-${react}.cjs`);
    await build({
      entryPoints: [join(import.meta.dirname, 'promised-app.tsx')],
      outfile,
      bundle: true,
      platform: 'node',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"development"' },
      ...(react === 18 && { alias: { react: 'react-18', 'react-dom': 'react-dom-18' } }),
    });
    return createRequire(import.meta.url)(outfile);
  };
  return { server: await load('server'), browser: await load('browser') };
}

/** Does what a browser does with the parts of a page that come later: it runs their scripts. */
function receive(container: HTMLElement, html: string) {
  const part = document.createElement('div');
  part.innerHTML = html;
  const scripts = [...part.querySelectorAll('script')];
  for (const script of scripts) script.remove();
  container.append(...part.childNodes);
  // Not a direct `eval`, so that functions which a script declares are global.
  // biome-ignore lint/security/noGlobalEval: the scripts are React's own
  for (const { textContent } of scripts) globalThis.eval(textContent ?? '');
}

describe('a promised first page', () => {
  let server: Bundle;
  let browser: Bundle;
  let container: HTMLElement;
  let complaints: unknown[];
  beforeAll(async () => {
    ({ server, browser } = await bundle(19));
  }, 60_000);
  beforeEach(() => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    container = document.body.appendChild(document.createElement('div'));
    complaints = [];
    browser.tokenRequests();
    // It says in development what it ignores.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.spyOn(console, 'error').mockImplementation((...words) => complaints.push(words));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    container.remove();
  });

  /** Only a browser says how long ago something was. */
  const isHydrated = () =>
    vi.waitFor(() => expect(container.querySelector('time')?.textContent).toMatch(/ago$/), patience);
  const bell = () => container.querySelector('[aria-haspopup]')?.getAttribute('aria-label');

  it('does not keep a server from sending the rest of the app, and follows in the same stream', async () => {
    const { promise, resolve } = Promise.withResolvers<typeof initialData>();
    const page = server.renderOnServer(promise);
    const shell = await page.shell;
    expect(shell).toContain('aria-label="Notifications"');
    expect(shell).toContain('Loading…');
    expect(shell).not.toContain('Title 1');
    resolve(initialData);
    const rest = (await page.end).slice(shell.length);
    expect(rest).toContain('aria-label="Notifications, 7 unread"');
    expect(rest).toContain('Title 1');
    expect(page.errors).toEqual([]);
  });

  it('is hydrated without a warning, also if it comes after the app', async () => {
    const onServer = Promise.withResolvers<typeof initialData>();
    const inBrowser = Promise.withResolvers<typeof initialData>();
    const page = server.renderOnServer(onServer.promise);
    const shell = await page.shell;
    vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading');
    receive(container, shell);
    const { root, warnings } = await browser.act(() =>
      browser.hydrateInBrowser(container, inBrowser.promise),
    );
    expect(bell()).toBe('Notifications');
    onServer.resolve(initialData);
    const rest = (await page.end).slice(shell.length);
    // From here on it goes as in a browser, with timers of React's own.
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
    receive(container, rest);
    inBrowser.resolve(initialData);
    await vi.waitFor(() => expect(bell()).toBe('Notifications, 7 unread'), patience);
    await isHydrated();
    expect(container.textContent).toContain('Title 1');
    root.unmount();
    expect([...warnings, ...complaints]).toEqual([]);
  });

  it('is hydrated without a warning, whatever React does at the moment it comes', async () => {
    const html = await server.renderOnServer(Promise.resolve(initialData)).end;
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
    for (let turns = 0; turns < 8; turns += 1) {
      container.textContent = '';
      receive(container, html);
      await vi.waitFor(() => expect(bell()).toBe('Notifications, 7 unread'), patience);
      const { promise, resolve } = Promise.withResolvers<typeof initialData>();
      const { root, warnings } = browser.hydrateInBrowser(container, promise);
      // Each task of React is a turn.
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      resolve(initialData);
      await isHydrated();
      root.unmount();
      expect([...warnings, ...complaints], `after ${turns} turns`).toEqual([]);
    }
  });

  it('is shown when it is there, and nothing else waits for it', async () => {
    const { promise, resolve } = Promise.withResolvers<typeof initialData>();
    const root = await browser.renderInBrowser(container, promise);
    expect(bell()).toBe('Notifications');
    expect(container.textContent).toContain('Loading…');
    await browser.act(() => container.querySelector<HTMLElement>('main > button')?.click());
    expect(container.textContent).toContain('Clicked 1 times');
    await browser.act(async () => resolve(initialData));
    expect(bell()).toBe('Notifications, 7 unread');
    expect(container.textContent).toContain('Clicked 1 times');
    await browser.act(() => root.unmount());
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('No service.'))],
    ['resolves to nothing', async () => undefined],
    ['resolves to null', async () => null],
    ['resolves to an error of the service', async () => ({ code: 'unauthenticated', detail: 'No.' })],
    ['resolves to a text', async () => '<!doctype html>'],
    ['resolves to a page without its list', async () => ({ ...initialData, data: null })],
    ['resolves to a page of nothing', async () => ({ ...initialData, data: [null] })],
    ['resolves to a page of strangers', async () => ({ ...initialData, data: [{ id: 1, title: {} }] })],
    ['resolves to a page without a version', async () => ({ ...initialData, version: undefined })],
  ])('that %s is no first page: the bell loads by itself', async (_, give) => {
    // As in an app that is not typed.
    const promise = give() as Promise<typeof initialData>;
    const root = await browser.renderInBrowser(container, promise);
    expect(bell()).toBe('Notifications');
    expect(container.textContent).toContain('Loading…');
    expect(browser.tokenRequests()).toBe(1);
    expect(complaints).toEqual([]);
    await browser.act(() => root.unmount());
    expect(await server.renderOnServer(promise).end).toContain('Loading…');
  });

  it('keeps the app when its options cannot work', async () => {
    const root = await browser.renderInBrowser(container, undefined, { apiUrl: undefined, userId: null });
    expect(container.textContent).toContain('Clicked 0 times');
    expect(complaints.flat()).toContain('Set apiUrl, webSocketUrl and getToken.');
    await browser.act(() => root.unmount());
  });
});

describe('a promised first page with React 18', () => {
  it('is ignored, so that the bell loads by itself', async () => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    const { server, browser } = await bundle(18);
    const promise = Promise.resolve(initialData);
    const page = server.renderOnServer(promise);
    expect(await page.end).toContain('Loading…');
    expect(page.errors).toEqual([]);
    const container = document.body.appendChild(document.createElement('div'));
    const root = await browser.renderInBrowser(container, promise);
    expect(container.textContent).toContain('Loading…');
    expect(browser.tokenRequests()).toBe(1);
    await browser.act(() => root.unmount());
    container.remove();
  }, 60_000);
});
