import type { AnchorHTMLAttributes, ReactNode } from 'react';
import type { Notification } from '../wire.ts';

/**
 * The props of the link to a notification's place. Pass them on to the link of your router. A link that leaves the site
 * has `target` and `rel`; a route has neither.
 */
export interface NotificationLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
  children: ReactNode;
}

/** Where a notification leads. */
export interface Place {
  href: string;
  /** Whether it is `metadata.url`, which leaves the site, and not `metadata.route`. */
  isExternal: boolean;
}

/** What may have a link: a notification, or one of its buttons. */
export type Linked = Pick<Notification, 'metadata'>;

// A browser and a router see a link as a URL parser reads it, so a parser decides, not the spelling. The service applies the
// same rules, in functions/core/links.ts, and test/support/links.ts has the spellings that both must agree on.

/**
 * Where a notification leads: `metadata.route`, a path of this site, else `metadata.url`. Undefined if there is neither, or
 * if it is not safe. The service has checked both, but this page may show what an older service has accepted.
 *
 * @param isHydrated before that, a link to this machine leads nowhere: a server cannot know whether the page is local
 */
export function placeOf({ metadata: { route, url } }: Linked, isHydrated: boolean): Place | undefined {
  if (route !== undefined && route !== null) {
    return isSafeRoute(route) ? { href: route, isExternal: false } : undefined;
  }
  return isSafeUrl(url, isHydrated) ? { href: url, isExternal: true } : undefined;
}

/** The image of a notification: `metadata.image`, else `metadata.icon`, by the rules of a route or a URL. */
export function imageOf({ metadata }: Notification, isHydrated: boolean): string | undefined {
  return [metadata.image, metadata.icon].find(
    (place): place is string => isSafeRoute(place) || isSafeUrl(place, isHydrated),
  );
}

/**
 * A path that stays on the site, also if a router decodes its dots and slashes before it resolves it. A path that begins
 * with two slashes is an address of another host: the parser makes it of `/a/..//host`.
 */
function isSafeRoute(route: unknown): route is string {
  if (!isPlain(route) || !/^\/(?!\/)/.test(route)) return false;
  const decoded = route.replace(/%(?:25)*(0[9ad]|2[ef]|5c)/gi, (_, code) =>
    /^0/.test(code) ? '' : /e/i.test(code) ? '.' : '/',
  );
  // Where a path with a dot segment and an empty one leads depends on how much of it is decoded.
  if (/^(?=[^?#]*\/\/)[^?#]*\/\.\.?([/?#]|$)/.test(decoded)) return false;
  return /^https:\/\/site\.invalid\/(?!\/)/.test(parse(decoded));
}

/** No user name, because `https://bank.example@other.example` looks like a link to the bank. */
function isSafeUrl(place: unknown, isHydrated: boolean): place is string {
  if (!isPlain(place) || !/^https?:\/\/[^/?#@]+([/?#]|$)/i.test(place)) return false;
  const url = parse(place);
  return (
    /^https:/.test(url) ||
    (/^http:\/\/localhost[:/]/.test(url) &&
      isHydrated &&
      /(^|\.)localhost$|^127\.|^\[::1]/.test(window.location.hostname))
  );
}

/** Parsers read a backslash as a slash, and skip control characters. */
const isPlain = (place: unknown): place is string =>
  typeof place === 'string' && !/[\\\p{Cc}\p{Cs}]/u.test(place);

/** The whole address of a place, empty if it has none. */
function parse(place: string): string {
  try {
    // The base stands for the site, so that a server and a browser decide alike.
    return new URL(place, 'https://site.invalid').href;
  } catch {
    return '';
  }
}
