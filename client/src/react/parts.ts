import type { ButtonHTMLAttributes, ComponentType } from 'react';
import type { UseNotifications } from './hooks.ts';
import type { ItemProps } from './item-props.ts';
import type { InboxView, NotificationLabels } from './labels.ts';

/** The props of every part of the inbox: the snapshot and the methods of the client, and the texts. */
export interface PartProps extends UseNotifications {
  labels: NotificationLabels;
  /** Which filter is chosen. */
  view: InboxView;
  /** The filters to choose from: `snoozed` is one of them with the part `snoozeMenu`. */
  views: readonly InboxView[];
}

export interface HeaderProps extends PartProps {
  /** The heading must have this id, because it names the inbox for screen readers. */
  titleId: string;
}

export interface FiltersProps extends PartProps {
  onChange(view: InboxView): void;
}

export interface NoticeProps extends Omit<PartProps, 'retry'> {
  text: string;
  /** Whether there is no list below it. */
  isAlone: boolean;
  /** Undefined if a retry cannot help. */
  retry: (() => void) | undefined;
}

export interface UndoProps {
  labels: NotificationLabels;
  /** How many changes can be undone. */
  count: number;
  /** What was done. */
  text: string;
  undo(): void;
}

export type TriggerProps = ButtonHTMLAttributes<HTMLButtonElement>;

/** The parts of the bell and the inbox. Keys, focus, roles and announcements work with every replacement. */
export interface NotificationComponents {
  /** The bell's button. It must pass its props on to a `<button>`. */
  Trigger: ComponentType<TriggerProps>;
  BellIcon: ComponentType;
  /** The number, if it is not 0. It lies over the button, whose label has the number for screen readers. */
  Badge: ComponentType<{ text: string }>;
  Header: ComponentType<HeaderProps>;
  Filters: ComponentType<FiltersProps>;
  /** The content of an `<li>`. */
  Item: ComponentType<ItemProps>;
  Empty: ComponentType<PartProps>;
  Loading: ComponentType<PartProps>;
  /** Above the list, or without a list: the client is offline or polling, or something has failed. */
  Notice: ComponentType<NoticeProps>;
  /** Below the list while there are older notifications. The list loads them when this part becomes visible. */
  More: ComponentType<PartProps>;
  /** For some seconds after an archive. */
  Undo: ComponentType<UndoProps>;
}
