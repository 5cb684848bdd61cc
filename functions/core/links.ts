import { hasControlCharacters } from './fields.ts';

// Where a notification may lead. A browser and a router see a link as a URL parser reads it, so a parser decides, not the
// spelling: `/.//host` begins like a path, but its path is `//host`, which is an address on another site.
// client/src/react/link.ts applies the same rules again. test/support/links.ts has the spellings that both must agree on.

/** The sites of two pages. A route that names one of them leaves the other. */
const sites = ['https://one.invalid', 'https://two.invalid'];

/**
 * Whether a route stays on the site of the page, whatever page it is. It begins with `/`, has no backslash and no control
 * character, and its path does not begin with `//` after the parser has removed its dot segments. That holds too if a router
 * or a server decodes dots, slashes, backslashes, tabs and line breaks before it resolves the route.
 */
export function isSafeRoute(route: string): boolean {
  if (!route.startsWith('/') || route.includes('\\') || hasControlCharacters(route)) return false;
  const decoded = route.replaceAll(encodedSeparator, decode);
  return staysOnSite(route) && staysOnSite(decoded) && !dotsAndGaps.test(decoded);
}

/** What a URL parser treats specially in a path, encoded any number of times: `%2F`, `%252F` and so on. */
const encodedSeparator = /%(?:25)*(0[9ad]|2[ef]|5c)/gi;

/** A parser removes tabs and line breaks, and reads a backslash as a slash. */
const decode = (_: string, code: string): string => (/^0/.test(code) ? '' : /e/i.test(code) ? '.' : '/');

/**
 * A path with a dot segment and an empty one. Where it leads depends on how much is decoded: `/.%2f/..%252f` stays on the
 * site, and so does `/.//../`, but `/.//..%2f` does not.
 */
const dotsAndGaps = /^(?=[^?#]*\/\/)[^?#]*\/\.\.?(?:[/?#]|$)/;

const staysOnSite = (route: string): boolean =>
  sites.every((site) => {
    if (!URL.canParse(route, site)) return false;
    const { origin, pathname } = new URL(route, site);
    return origin === site && !pathname.startsWith('//');
  });

/**
 * Whether a URL may be linked: `https:`, or `http:` to `localhost` for development. It has no user info, because
 * `https://bank.example@other.example/` looks like an address of `bank.example`, and no backslash and no control character.
 */
export function isSafeUrl(url: string): boolean {
  if (url.includes('\\') || hasControlCharacters(url)) return false;
  // The parser would also take `https:host`, `https:///host`, and an `@` behind an empty name.
  if (!/^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === 'localhost';
}
