import { type ReactNode, useState } from 'react';
import type { Notification } from '../wire.ts';
import { ofType } from './catalogue-options.ts';
import { Guard } from './guard.tsx';
import { imageOf } from './link.ts';
import { outcome } from './usable.ts';

/** Icons by `metadata.type`, or a function that answers the icon of a notification, such as its actor's avatar. */
export type NotificationIcons =
  | Readonly<Record<string, ReactNode>>
  | ((notification: Notification) => ReactNode);

/**
 * The icon of a notification: what the function `icons` answers, unless that is undefined; else the notification's own
 * image; else the icon of its type.
 */
export function iconOf(
  notification: Notification,
  icons: NotificationIcons | undefined,
  isHydrated: boolean,
): ReactNode {
  const chosen = typeof icons === 'function' ? outcome('icons', () => icons(notification)) : undefined;
  // A map, because a type may have the name of a property that every object or function has.
  const byType = ofType<ReactNode>(icons, notification);
  const src = imageOf(notification, isHydrated);
  const own = src ? <Picture key={src} src={src} fallback={byType} /> : byType;
  const icon = chosen === undefined ? own : chosen;
  // An icon that React cannot draw is missing alone, and its item stays. In a fragment, because React has errors of a text
  // or an object at the element around it.
  return (
    icon && (
      <Guard version={icon}>
        <>{icon}</>
      </Guard>
    )
  );
}

/** An image, or `fallback` in the same place if it cannot be loaded. */
function Picture({ src, fallback }: { src: string; fallback: ReactNode }) {
  const [isBroken, setIsBroken] = useState(false);
  if (isBroken) return fallback;
  return (
    <img alt="" loading="lazy" referrerPolicy="no-referrer" src={src} onError={() => setIsBroken(true)} />
  );
}
