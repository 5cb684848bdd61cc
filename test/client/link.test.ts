import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { notification } from '../../client/scenes/notification.ts';
import { imageOf, placeOf } from '../../client/src/react/link.ts';
import type { Metadata } from '../../client/src/wire.ts';
import { isSafeRoute, isSafeUrl } from '../../functions/core/links.ts';
import { linkSpelling, localUrls, safeRoutes, safeUrls, unsafeRoutes, unsafeUrls } from '../support/links.ts';

const localHosts = ['localhost', 'shop.localhost', '127.0.0.1', '[::1]'];

/** Where a notification leads on a page at this host. */
function placeAt(hostname: string, metadata: Metadata, isHydrated = true) {
  vi.stubGlobal('window', { location: { hostname } });
  return placeOf(notification(1, { metadata }), isHydrated);
}
const place = (metadata: Metadata) => placeAt('shop.example', metadata);

afterEach(() => vi.unstubAllGlobals());

describe('a route', () => {
  it.each(safeRoutes)('leads to a place of the site: %j', (route) => {
    expect(place({ route, url: 'https://example.org' })).toEqual({ href: route, isExternal: false });
  });

  it.each([...unsafeRoutes, 7, ['/x'], { toString: () => '/x' }])(
    'leads nowhere, and no url takes its place: %j',
    (route) => expect(place({ route, url: 'https://example.org' })).toBeUndefined(),
  );

  it('leads somewhere only if the service accepts it, in whatever way it is spelled', () => {
    fc.assert(
      fc.property(linkSpelling, (route) => !!place({ route }) === isSafeRoute(route)),
      { numRuns: 5_000 },
    );
  });

  it('stays on the site for the parser of this runtime, also when its path is resolved again', () => {
    const page = 'https://shop.example/orders/7?x';
    const accepted = linkSpelling.filter((route) => !!place({ route }));
    fc.assert(
      fc.property(accepted, (route) => {
        const { origin, pathname, search, hash } = new URL(route, page);
        const again = new URL(pathname + search + hash, page);
        return [origin, again.origin].every((each) => each === 'https://shop.example');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a url', () => {
  it.each(safeUrls)('leaves the site: %j', (url) => {
    expect(place({ url })).toEqual({ href: url, isExternal: true });
    expect(place({ url, route: null })).toEqual({ href: url, isExternal: true });
  });

  it.each([...unsafeUrls, 7, null])('leads nowhere, from whatever page: %j', (url) => {
    for (const host of ['shop.example', ...localHosts]) expect(placeAt(host, { url })).toBeUndefined();
  });

  it.each(localUrls)('leads to the machine of the browser only from a page on it: %j', (url) => {
    for (const host of localHosts) expect(placeAt(host, { url })).toEqual({ href: url, isExternal: true });
    for (const host of ['shop.example', 'localhost.example', 'notlocalhost', '']) {
      expect(placeAt(host, { url })).toBeUndefined();
    }
  });

  it('of the machine leads nowhere until the browser has hydrated, because a server does not know the page', () => {
    expect(placeAt('localhost', { url: 'http://localhost' }, false)).toBeUndefined();
  });

  it('leads somewhere only if the service accepts it, in whatever way it is spelled', () => {
    fc.assert(
      fc.property(linkSpelling, (url) => !!placeAt('localhost', { url }) === isSafeUrl(url)),
      { numRuns: 5_000 },
    );
  });
});

it('takes an image by the rules of both, and the icon if there is no safe image', () => {
  vi.stubGlobal('window', { location: { hostname: 'shop.example' } });
  const image = (metadata: Metadata) => imageOf(notification(1, { metadata }), true);
  expect(image({ image: '/a.png', icon: '/b.png' })).toBe('/a.png');
  expect(image({ image: '//other.example/a.png', icon: 'https://cdn.example/b.png' })).toBe(
    'https://cdn.example/b.png',
  );
  for (const icon of ['ticket', 'data:image/png,x', 'http://cdn.example/b.png', 'https://a@b.example/c']) {
    expect(image({ icon })).toBeUndefined();
  }
});
