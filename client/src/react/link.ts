import type { AnchorHTMLAttributes, ReactNode } from 'react';
import type { Notification } from '../wire.ts';

/** The props of the link to a notification's place. Pass them on to the link of your router. */
export interface NotificationLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
  children: ReactNode;
}

/**
 * Where a notification leads: `metadata.route`, a path of this site, else `metadata.url`, else undefined. The service has
 * checked both. This checks them again, so that no data can make a link that runs a script.
 */
export function linkOf({ metadata }: Notification): string | undefined {
  const place = metadata.route ?? metadata.url;
  return typeof place === 'string' && /^(\/(?![/\\])|https:|http:\/\/localhost\b)/.test(place)
    ? place
    : undefined;
}
