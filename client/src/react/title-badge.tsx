'use client';

import { useEffect } from 'react';
import { type BadgeCount, badgeOf, useBadgeCount } from './hooks.ts';
import { Promised } from './provider.tsx';

export interface TitleBadgeProps {
  /** What is counted, as for the bell. Default: `unseen`. */
  badge?: BadgeCount | undefined;
}

/**
 * Puts the number of the bell's badge before the page's title, as in `(3) My page`, and before each new title. A title that
 * begins with a number in parentheses stays as it is: it may be the badge of another one, and the two would change the
 * title for ever. It shows nothing itself.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <TitleBadge />
 */
export function TitleBadge(props: TitleBadgeProps) {
  return (
    <Promised>
      <Badge {...props} />
    </Promised>
  );
}

function Badge({ badge }: TitleBadgeProps) {
  const text = badgeOf(useBadgeCount(badge));
  useEffect(() => {
    if (!text) return;
    const badge = `(${text}) `;
    let shown: string | undefined;
    const show = () => {
      if (/^\(\d+\+?\)/.test(document.title)) return;
      document.title = badge + document.title;
      // Read back, because browsers remove the space before an empty title.
      shown = document.title;
    };
    show();
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === shown) document.title = shown.slice(badge.length);
    };
  }, [text]);
  return null;
}
