import type { RequestListener } from 'node:http';
import { createGuardedServer } from '@belfry/local/guarded-server';
import { onlyHosts } from '@belfry/local/guards';
import { closeServer, listen } from '@belfry/local/http-server';
import { build } from 'esbuild';

/** What a server of pages answers: a text of this media type. */
export interface Served {
  type: 'text/html' | 'text/css' | 'text/javascript' | 'text/plain' | 'image/svg+xml';
  body: string;
  headers?: Record<string, string>;
}

/**
 * Serves texts on 127.0.0.1. Its URL names localhost, because such a page is a secure context, which locks need.
 * @param answer what is at a URL. Undefined: the answer is 404
 * @param port 0 takes a free one
 */
export async function servePages(
  answer: (url: URL) => Served | undefined | Promise<Served | undefined>,
  port = 0,
): Promise<{ url: string } & AsyncDisposable> {
  const listener: RequestListener = async (request, response) => {
    const served = await answer(new URL(request.url ?? '/', 'http://localhost'));
    if (!served) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': `${served.type}; charset=utf-8`, ...served.headers });
    response.end(served.body);
  };
  const server = createGuardedServer({ requests: { guards: [onlyHosts([])], listener } });
  const url = `http://localhost:${await listen(server, port)}`;
  return { url, [Symbol.asyncDispose]: () => closeServer(server) };
}

/**
 * Bundles a module for browsers, with React 19 or with 18. These are development builds, because they complain, which
 * tests look for.
 * @param entry the path of the module
 */
export async function bundlePage(entry: string, react: 18 | 19 = 19): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2024',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    ...(react === 18 && { alias: { react: 'react-18', 'react-dom': 'react-dom-18' } }),
    logLevel: 'warning',
  });
  return outputFiles.map(({ text }) => text).join('');
}
