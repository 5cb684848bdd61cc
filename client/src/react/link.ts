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

/** Stands for the site, so that a server and a browser decide alike. */
const site = 'https://site.invalid';

/** Whether it is on the machine of the browser. */
const isLocal = ({ hostname }: { hostname: string }) =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1])$/.test(hostname);

/**
 * Where a notification leads: `metadata.route`, a path of this site, else `metadata.url`. Undefined if there is neither, or
 * if it is not safe. The service has checked both, but this page may show what an older service has accepted.
 *
 * @param isHydrated before that, a link to this machine leads nowhere: a server cannot know whether the page is local
 */
export function placeOf({ metadata: { route, url } }: Notification, isHydrated: boolean): Place | undefined {
  const isExternal = (route ?? null) === null;
  const href = isExternal ? url : route;
  const isSafe = isExternal ? isSafeUrl : isSafeRoute;
  return isSafe(href, isHydrated) ? { href, isExternal } : undefined;
}

/** The image of a notification: `metadata.image`, else `metadata.icon`, by the rules of a route or a URL. */
export function imageOf({ metadata }: Notification, isHydrated: boolean): string | undefined {
  return [metadata.image, metadata.icon].find(
    (place): place is string => isSafeRoute(place) || isSafeUrl(place, isHydrated),
  );
}

/**
 * A path that stays on the site. Browsers and routers read a path that begins with two slashes as another host, so the
 * path that a parser makes of it must not begin so either: it makes `//host` of `/a/..//host`.
 */
function isSafeRoute(place: unknown): place is string {
  const url = parse(place, /^\/(?!\/)/);
  return url?.origin === site && !url.pathname.startsWith('//');
}

/** Not `https://bank.example@other.example`, which looks like another host. */
function isSafeUrl(place: unknown, isHydrated: boolean): place is string {
  const url = parse(place, /^https?:\/\//i);
  if (!url || url.username || url.password) return false;
  return url.protocol === 'https:' || (isHydrated && [url, window.location].every(isLocal));
}

/** Parsers read a backslash as a slash, and skip control characters. */
function parse(place: unknown, form: RegExp): URL | undefined {
  if (typeof place !== 'string' || !form.test(place) || /[\\\p{Cc}\p{Cs}]/u.test(place)) return undefined;
  try {
    return new URL(place, site);
  } catch {
    return undefined;
  }
}
