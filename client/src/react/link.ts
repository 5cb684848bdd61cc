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
export function linkOf({ metadata }: Notification): string | undefined {
  const place = metadata.route ?? metadata.url;
  return typeof place === 'string' && /^(\/(?![/\\])|https:|http:\/\/localhost\b)/.test(place)
    ? place
    : undefined;
}
