/** Serves every state of the bell on one page: `npm run scenes`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePage, type Served, servePages } from './page-server.ts';

const scenes = join(import.meta.dirname, '../client/scenes');

/** Bundles a file of `client/scenes` for browsers, with React 19 or with 18. */
export const bundleScene = (file: 'bell.tsx' | 'gallery.ts' | 'host.tsx', react?: 18 | 19) =>
  bundlePage(join(scenes, file), react);

/** What the document of a scene needs to know of it. */
interface SceneSettings {
  lang?: 'en' | 'ar';
  theme?: 'light' | 'dark' | undefined;
  nonce?: string | undefined;
  /** The rest of a `Scene` in client/scenes/states.ts. */
  [setting: string]: unknown;
}

/** The document around one bell. It loads the bundle of `bell.tsx` from `/bell.js`. */
export function sceneDocument({ lang = 'en', ...scene }: SceneSettings): string {
  const { theme, nonce = '' } = scene;
  const json = JSON.stringify(scene).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Concert Hall</title>
    <style nonce="${nonce}">:root { color-scheme: ${theme ?? 'light dark'} }${look}</style>
  </head>
  <body>
    <header><strong>Concert Hall</strong><div id="bell"></div></header>
    <main><h1>Tonight</h1><button>Book</button></main>
    <script nonce="${nonce}">window.scene = ${json};</script>
    <script nonce="${nonce}" src="/bell.js"></script>
  </body>
</html>`;
}

/** The image of a person, at `/person.svg`. */
export const personImage = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#b7c4e8" d="M0 0h8v8H0z"/><circle cx="4" cy="3.2" r="1.6" fill="#35416b"/><path fill="#35416b" d="M.8 8a3.2 3 0 0 1 6.4 0z"/></svg>`;

/** Of the page around the bell, which brings its own look. */
const look = `
  body { margin: 0; font-family: system-ui, sans-serif; color: light-dark(#222, #eee); background: light-dark(#f7f7f8, #111); }
  header { display: flex; justify-content: space-between; align-items: center; padding: 10px 24px; border-bottom: 1px solid #8883; }
  main { padding: 24px; }
`;

/**
 * Serves the page with all scenes on 127.0.0.1.
 * @param port 0 takes a free one
 */
export async function serveScenes(port: number): Promise<{ url: string } & AsyncDisposable> {
  const [bell, gallery] = await Promise.all([bundleScene('bell.tsx'), bundleScene('gallery.ts')]);
  const page = (file: string) => readFileSync(join(scenes, file), 'utf8');
  const answers: Record<string, (query: URLSearchParams) => Served> = {
    '/': () => ({ type: 'text/html', body: page('gallery.html') }),
    '/gallery.css': () => ({ type: 'text/css', body: page('gallery.css') }),
    '/gallery.js': () => ({ type: 'text/javascript', body: gallery }),
    '/bell.js': () => ({ type: 'text/javascript', body: bell }),
    '/person.svg': () => ({ type: 'image/svg+xml', body: personImage }),
    // A broken image.
    '/gone.svg': () => ({ type: 'image/svg+xml', body: '' }),
    '/bell': (query) => ({ type: 'text/html', body: sceneDocument(sceneOf(query)) }),
  };
  return servePages(({ pathname, searchParams }) => answers[pathname]?.(searchParams), port);
}

/** The scene that an address asks for. */
function sceneOf(query: URLSearchParams): SceneSettings {
  return {
    state: query.get('state') ?? 'filled',
    theme: query.get('theme') === 'dark' ? 'dark' : 'light',
    lang: query.get('lang') === 'ar' ? 'ar' : 'en',
    isOpen: query.get('isOpen') === 'true',
  };
}

if (import.meta.main) {
  const { port } = parseArgs({ options: { port: { type: 'string', default: '0' } } }).values;
  const { url } = await serveScenes(Number(port));
  console.log(`Every state of the bell: ${url}\nCtrl-C stops it.`);
}
