import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundlePage, type Served, servePages } from '../../../bin/page-server.ts';
import type { LocalSystem } from '../../../local/system.ts';
import type { Installation } from '../../support/installation.ts';
import { startOwnSystem } from '../../support/own-system.ts';

/** The running service, and a server of pages with the bell. */
export interface Host extends AsyncDisposable {
  belfry: Installation;
  system: LocalSystem;
  /** The address of a page that is built so. */
  pageUrl(page: PageSettings): string;
}

export interface PageSettings {
  user: string;
  /** What stands around the bell. Default: `a row`. */
  header?: HeaderName | undefined;
  /** Whether the bell is in an open shadow root. */
  shadow?: true | undefined;
  /** Whether a press gives no focus to a button, but to what is around it, as in Safari. */
  unfocusedButtons?: true | undefined;
  /** Each item has a menu, which is put there. Default: no menu. */
  menu?: 'body' | 'popover' | undefined;
  lang?: 'en' | 'ar' | undefined;
  /** Whether the page's policy requires trusted types. */
  trustedTypes?: true | undefined;
  /** The service by another way than its own addresses. */
  api?: string | undefined;
  socket?: string | undefined;
}

export type HeaderName = keyof typeof headers;

const header = (style: string) => `<header data-bell style="padding: 10px 24px; display: ${style}"></header>`;

/** What is around the bell in pages of other people. */
export const headers = {
  'a row': header('flex; justify-content: flex-end'),
  'a column': header('flex; flex-direction: column'),
  'a grid': header('grid'),
  "the root of Vite's template": `<div data-bell style="width: 1126px; max-width: 100%; margin: 0 auto;
      text-align: center; display: flex; flex-direction: column; box-sizing: border-box"></div>`,
  /** As a router needs it, which gives the focus to the new page. */
  'a region with a tab index': `<div tabindex="-1">${header('flex; justify-content: flex-end')}</div>`,
};

export async function startHost(): Promise<Host> {
  await using started = new AsyncDisposableStack();
  const script = await bundlePage(join(import.meta.dirname, 'page.tsx'));
  const own = await startOwnSystem();
  started.defer(() => own.stop());
  const { system, belfry } = own;

  const answers: Record<string, (query: URLSearchParams) => Served | Promise<Served>> = {
    '/': (query) => ({ type: 'text/html', body: documentOf(query), headers: headersOf(query) }),
    '/page.js': () => ({ type: 'text/javascript', body: script }),
    '/axe.js': async () => ({ type: 'text/javascript', body: await readFile(axe, 'utf8') }),
    '/token': async (query) => ({ type: 'text/plain', body: await belfry.token(query.get('user') ?? '') }),
  };
  const elsewhere: Served = { type: 'text/plain', body: 'elsewhere' };
  const pages = started.use(
    await servePages(({ pathname, searchParams }) => answers[pathname]?.(searchParams) ?? elsewhere),
  );

  const running = started.move();
  return {
    belfry,
    system,
    pageUrl({ ...page }) {
      const { HttpApiUrl, WebSocketUrl } = belfry.outputs;
      const settings = { api: HttpApiUrl, socket: WebSocketUrl, ...page };
      const given = Object.entries(settings).filter(([, value]) => value !== undefined);
      return `${pages.url}/?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const headersOf = (query: URLSearchParams): Record<string, string> =>
  query.has('trustedTypes') ? { 'content-security-policy': "require-trusted-types-for 'script'" } : {};

function documentOf(query: URLSearchParams): string {
  const lang = query.get('lang') ?? 'en';
  // The cast: the name of another header has no entry.
  const header = headers[query.get('header') as HeaderName] ?? headers['a row'];
  return `<!doctype html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Concert Hall</title>
    <style>
      body { margin: 0; font-family: system-ui, sans-serif; color: light-dark(#222, #eee); background: light-dark(#f7f7f8, #111) }
      :root { color-scheme: light dark }
      h1 { width: fit-content }
      .menu { position: fixed; z-index: 1000; padding: 10px; background: Canvas }
      .menu.in-body { inset: auto auto 0 0 }
      .menu.in-popover { inset: 120px 60px auto auto }
    </style>
  </head>
  <body>
    ${header}
    <main><h1>Tonight</h1><button>Book</button></main>
    <script src="/page.js"></script>
  </body>
</html>`;
}
