import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeRoute, isSafeUrl } from '../../functions/core/links.ts';
import { linkSpelling, localUrls, safeRoutes, safeUrls, unsafeRoutes, unsafeUrls } from '../support/links.ts';

const pages = ['https://app.example.com', 'http://localhost:3000', 'https://one.invalid'];

/** Where a browser goes from a page, by its own parser. */
const destination = (link: string, page: string): URL => new URL(link, `${page}/inbox/7?a#b`);

/** What a router does that resolves a link and cuts off the origin, as the link of Next does. */
const shortened = (link: string, page: string): string => destination(link, page).href.slice(page.length);

function decodedOrSame(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
}

describe('A route', () => {
  it.each(safeRoutes)('may be %j', (route) => expect(isSafeRoute(route)).toBe(true));

  it.each(unsafeRoutes)('must not be %j', (route) => expect(isSafeRoute(route)).toBe(false));

  it('that is accepted stays on the site of every page, also if a router resolves, shortens or decodes it', () => {
    const route = linkSpelling.filter(isSafeRoute);
    fc.assert(
      fc.property(route, fc.constantFrom(...pages), (route, page) => {
        const decoded = decodedOrSame(route);
        for (const link of [route, shortened(route, page), decoded, decodedOrSame(decoded)]) {
          const { origin, pathname } = destination(link, page);
          expect({ link, origin, startsTwice: pathname.startsWith('//') }).toEqual({
            link,
            origin: page,
            startsTwice: false,
          });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('that consists of names is accepted', () => {
    const name = fc.stringMatching(/^[\w~-]{1,8}$/);
    fc.assert(fc.property(fc.array(name), (names) => isSafeRoute(`/${names.join('/')}`)));
  });
});

describe('A URL', () => {
  it.each([...safeUrls, ...localUrls])('may be %j', (url) => expect(isSafeUrl(url)).toBe(true));

  it.each(unsafeUrls)('must not be %j', (url) => expect(isSafeUrl(url)).toBe(false));

  it('that is accepted leads where it says, without user info, and is the same from every page', () => {
    fc.assert(
      fc.property(linkSpelling.filter(isSafeUrl), (url) => {
        const [, written = ''] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
        for (const page of pages) {
          const { protocol, host, hostname, username, password } = destination(url, page);
          expect(host).toBe(new URL(`${protocol}//${written}`).host);
          expect([username, password]).toEqual(['', '']);
          expect(protocol === 'https:' || hostname === 'localhost').toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
