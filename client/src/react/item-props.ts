import type { ReactElement, ReactNode } from 'react';
import type { Notification } from '../wire.ts';
import type { NotificationLabels } from './labels.ts';

/** An action on a notification. The methods of the client and the labels have the same names. */
export type ItemAction = 'markAsRead' | 'markAsUnread' | 'archive' | 'unarchive';

export interface ItemProps {
  labels: NotificationLabels;
  notification: Notification;
  /** The icon of the notification, for decoration. Undefined or null if there is none. */
  icon: ReactNode;
  /** When it was created: a `<time>` that updates itself. It also says if the notification's link leaves the site. */
  time: ReactNode;
  /** 0 or -1. Only one item of the list is in the tab order. The arrow keys move to the others. */
  tabIndex: number;
  /** Wraps the content in what opens the notification: its link, or a button if it has no link. */
  open(content: ReactNode): ReactElement;
  /** The actions that its status allows, the most common one first. */
  actions: readonly ItemAction[];
  act(action: ItemAction): void;
  /** What the `itemParts` have beside the actions, such as the button of the snooze menu. */
  tools: ReactNode;
  /** What the `itemParts` have below the texts, such as the notification's own buttons. */
  below: ReactNode;
}
