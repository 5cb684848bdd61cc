import type { AnchorHTMLAttributes, ReactNode } from 'react';
import type { Notification } from '../wire.ts';

/** What a link to a notification's place is given, to be passed on to a router's link. */
export interface NotificationLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
  children: ReactNode;
}

/**
 * Where a notification leads: `metadata.route`, a path of this site, else `metadata.url`, else nowhere. The service
 * has checked both; they are checked again, since a link that runs a script is too much to ask of data.
 */
export function linkOf({ metadata: { route, url } }: Notification): string | undefined {
  if (typeof route === 'string' && /^\/(?![/\\])/.test(route)) return route;
  if (typeof url === 'string' && /^(https:|http:\/\/localhost[:/])/.test(url)) return url;
  return undefined;
}
