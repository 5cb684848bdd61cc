import { bellParts } from './bell-parts.tsx';
import { inboxParts } from './inbox-parts.tsx';
import type { NotificationComponents } from './parts.ts';

/**
 * The default parts, for parts of your own that are made of them.
 *
 * @example
 * const Item = (props: ItemProps) => <Swipe><defaultComponents.Item {...props} /></Swipe>;
 */
export const defaultComponents: NotificationComponents = { ...bellParts, ...inboxParts };
