'use client';

export type { CatalogueOptions, ItemRenderers, NotificationTexts } from './react/catalogue-options.ts';
export {
  type BadgeCount,
  type UseNotifications,
  useNotificationEvent,
  useNotifications,
  useUnreadCount,
  useUnseenCount,
} from './react/hooks.ts';
export type { NotificationIcons } from './react/item-icon.tsx';
export type { ItemPart, ItemPartProps } from './react/item-part.ts';
export type { ItemAction, ItemProps } from './react/item-props.ts';
export { defaultLabels, type InboxView, type NotificationLabels } from './react/labels.ts';
export type { NotificationLinkProps } from './react/link.ts';
export { NotificationBell, type NotificationBellProps } from './react/notification-bell.tsx';
export type {
  FiltersProps,
  HeaderProps,
  NoticeProps,
  NotificationComponents,
  PartProps,
  TriggerProps,
  UndoProps,
} from './react/parts.ts';
export type { Placement } from './react/placement.ts';
export { usePortalContainer } from './react/popover.tsx';
export {
  NotificationProvider,
  type NotificationProviderProps,
  useNotificationClient,
} from './react/provider.tsx';
export type { ComponentOptions, InboxOptions, LabelOptions } from './react/settings.tsx';
