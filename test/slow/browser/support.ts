import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { buildDemo } from '../../../bin/build-demo.ts';
import { bundlePage, servePages } from '../../../bin/page-server.ts';
import { startDemo } from '../../../local/demo/server.ts';
import type { LocalSystem } from '../../../local/system.ts';
import type { Installation } from '../../support/installation.ts';
import { type OwnSystemOptions, startOwnSystem } from '../../support/own-system.ts';
import type { InstallationOutputs } from '../../support/watched-system.ts';
import { openContext } from '../bell/chromium.ts';

/** Everything that `npm start` starts, for one test file. */
export interface Place {
  belfry: Installation;
  system: LocalSystem;
  demoUrl: string;
  /** Of a page with the bell and nothing else, whose user is the test's to name. */
  pageUrl: string;
  stop(): Promise<void>;
}

/** @param context the settings of its stack, as `startOwnSystem` takes them */
export async function startPlace(context?: OwnSystemOptions['context']): Promise<Place> {
  await using started = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'belfry-demo-'));
  started.defer(() => rm(directory, { recursive: true, force: true }));
  await buildDemo(directory);
  const own = await startOwnSystem({ ...(context && { context }) });
  started.defer(() => own.stop());
  const { system, belfry } = own;
  const { outputs } = belfry;
  const demo = await startDemo({
    port: 0,
    outputs: { ...outputs, DatabaseUrl: system.databaseUrl ?? '' },
    directory,
  });
  started.defer(() => demo.stop());
  const page = started.use(await servePage(outputs));
  const running = started.move();
  return {
    belfry,
    system,
    demoUrl: demo.url,
    pageUrl: page.url,
    stop: () => running.disposeAsync(),
  };
}

/** Serves a page with the bell, at every path. */
export async function servePage({ HttpApiUrl, WebSocketUrl }: InstallationOutputs) {
  const script = await bundlePage(join(import.meta.dirname, 'page.tsx'));
  const places = JSON.stringify({ apiUrl: HttpApiUrl, webSocketUrl: WebSocketUrl });
  const body = `<!doctype html><html lang="en"><title>Concert Hall</title>
<body><header><div id="bell"></div></header><main><h1>Tonight</h1><button>Book</button></main>
<script>window.places = ${places};</script><script src="/page.js"></script></body></html>`;
  return servePages(({ pathname }) =>
    pathname === '/page.js' ? { type: 'text/javascript', body: script } : { type: 'text/html', body },
  );
}

/** A browser of one user, with a profile of its own: as on another device. */
export interface Device extends AsyncDisposable {
  context: BrowserContext;
  /** Opens a tab with the bell, at a fragment of the page, and waits until it is live and shows what was there. */
  open(fragment?: string): Promise<Page>;
}

export async function signIn(
  browser: Browser,
  { belfry, pageUrl }: Place,
  user: string,
  options: BrowserContextOptions = {},
): Promise<Device> {
  const context = await openContext(browser, { viewport: { width: 560, height: 700 }, ...options });
  await context.exposeFunction('signToken', () => belfry.token(user));
  return {
    context,
    async open(fragment = '') {
      const page = await context.newPage();
      await page.goto(`${pageUrl}/${fragment}`);
      // What the first page holds rings in no tab, so a test that listens must not create before it is here.
      await page.waitForFunction(() => {
        const { status, isLoading } = window.look();
        return status === 'live' && !isLoading;
      });
      return page;
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** The bell's button, by the count of what is unread that it tells, whatever it says of what is new. */
export const bell = (page: Page, unread: number) =>
  page.getByRole('button', {
    name: new RegExp(`^Notifications${unread ? `, ${unread} unread` : ''}(, \\d+ new)?$`),
  });

/** The badge of the bell: with this text, or any. */
export const badge = (page: Page, text?: string) =>
  page.locator('.belfry-badge', text === undefined ? {} : { hasText: new RegExp(`^${text}$`) });

/** What the list shows, from the top. */
export const titlesIn = (page: Page) => page.locator('.belfry-inbox .belfry-name').allInnerTexts();
