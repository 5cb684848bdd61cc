import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { notification } from '../../client/scenes/fake-client.ts';
import { imageOf, placeOf } from '../../client/src/react/link.ts';
import type { Metadata } from '../../client/src/wire.ts';
import { linkSpellings } from '../support/link-spellings.ts';

const pages = ['https://shop.example/orders/7?x', 'http://localhost:3000/', 'http://192.168.0.4:8080/a/b/'];

/** Where a notification leads on a page at this host. */
function placeAt(host: string, metadata: Metadata, isHydrated = true) {
  vi.stubGlobal('window', { location: { hostname: host } });
  return placeOf(notification(1, { metadata }), isHydrated);
}
const place = (metadata: Metadata) => placeAt('shop.example', metadata);

afterEach(() => vi.unstubAllGlobals());

describe('a route', () => {
  it.each([
    '/',
    '/bookings/1?tab=seats#row-f',
    '/a//b',
    '/a/../b',
    '/%2Fother.example',
    '/search?q=//other.example',
    '/#//other.example',
    '/größe/😀',
  ])('leads to a place of the site: %j', (route) => {
    expect(place({ route })).toEqual({ href: route, isExternal: false });
  });

  it.each([
    ['//other.example'],
    ['/.//other.example/x'],
    ['/..//other.example'],
    ['/%2e//other.example'],
    ['/%2E%2e//other.example'],
    ['/a/..//other.example'],
    ['/a/b/../..//other.example'],
    ['/./\\other.example'],
    ['/\\other.example'],
    ['/\t/other.example'],
    ['/\n/other.example'],
    ['/a\u0000'],
    ['/a\ud800'],
    [' //other.example'],
    ['\u0001//other.example'],
    ['a/b'],
    ['?a'],
    [''],
    ['https://shop.example/'],
    ['javascript:alert(1)'],
    [7],
    [{ toString: () => '/x' }],
    [['/x']],
  ])('leads nowhere, and no url takes its place: %j', (route) => {
    expect(place({ route, url: 'https://example.org' })).toBeUndefined();
  });

  it('stays on the site for every parser, in whatever way it is spelled', () => {
    fc.assert(
      fc.property(linkSpellings, (route) => {
        const isAccepted = place({ route }) !== undefined;
        const staysAt = (page: string, text: string) => new URL(text, page).origin === new URL(page).origin;
        const isSafe = pages.every((page) => {
          if (!URL.canParse(route, page)) return false;
          // A router takes the path out of the parsed address, and resolves it once more.
          const { pathname, search, hash } = new URL(route, page);
          return staysAt(page, route) && staysAt(page, pathname + search + hash);
        });
        const isPlain = route.startsWith('/') && !/[\\\p{Cc}\p{Cs}]/u.test(route);
        expect(isAccepted).toBe(isSafe && isPlain);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a url', () => {
  it.each(['https://example.org', 'HTTPS://example.org/a@b?c=d@e', 'https://münchen.example/'])(
    'leaves the site: %j',
    (url) => {
      expect(place({ url })).toEqual({ href: url, isExternal: true });
      expect(place({ url, route: null })).toEqual({ href: url, isExternal: true });
    },
  );

  it.each([
    ['https://bank.example@other.example/'],
    ['https://bank.example:443@other.example/'],
    ['https://:pw@other.example/'],
    ['https://bank.example\\@other.example/'],
    ['https:other.example'],
    ['https:/other.example'],
    ['https:\\\\other.example'],
    [' https://other.example'],
    ['https://other.example/\n'],
    ['https://'],
    ['https://other.example:99999'],
    ['//other.example'],
    ['/x'],
    ['http://other.example'],
    ['http://localhost.other.example'],
    ['javascript:alert(1)//https://'],
    ['data:text/html,x'],
    [7],
  ])('leads nowhere: %j', (url) => {
    for (const host of ['shop.example', 'localhost']) expect(placeAt(host, { url })).toBeUndefined();
  });

  it.each(['http://localhost:3000/x', 'http://127.0.0.1', 'http://[::1]:80/', 'http://shop.localhost'])(
    'leads to the machine of the browser only from a page on it: %j',
    (url) => {
      expect(place({ url })).toBeUndefined();
      expect(placeAt('localhost', { url })).toEqual({ href: url, isExternal: true });
      expect(placeAt('dev.localhost', { url })).toEqual({ href: url, isExternal: true });
    },
  );

  it('of the machine leads nowhere until the browser has hydrated, because a server does not know it', () => {
    expect(placeAt('localhost', { url: 'http://localhost' }, false)).toBeUndefined();
  });

  it('leads to a host by https and names no user, in whatever way it is spelled', () => {
    fc.assert(
      fc.property(linkSpellings, (url) => {
        if (!place({ url })) return;
        const { protocol, username, password } = new URL(url);
        expect({ protocol, username, password }).toEqual({ protocol: 'https:', username: '', password: '' });
        for (const page of pages) expect(new URL(url, page).href).toBe(new URL(url).href);
      }),
      { numRuns: 3_000 },
    );
  });
});

it('takes an image by the rules of both, and the icon if there is no image', () => {
  const image = (metadata: Metadata) => imageOf(notification(1, { metadata }), true);
  vi.stubGlobal('window', { location: { hostname: 'shop.example' } });
  expect(image({ image: '/a.png', icon: '/b.png' })).toBe('/a.png');
  expect(image({ image: '//other.example/a.png', icon: 'https://cdn.example/b.png' })).toBe(
    'https://cdn.example/b.png',
  );
  for (const icon of ['ticket', 'data:image/png,x', 'http://cdn.example/b.png', 'https://a@b.example/c']) {
    expect(image({ icon })).toBeUndefined();
  }
});
