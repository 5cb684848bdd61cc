import { Icon } from './icons.tsx';
import type { NotificationComponents } from './parts.ts';

/** The default parts of the bell itself, which are there at the first paint. */
export const bellParts: Pick<NotificationComponents, 'Trigger' | 'BellIcon' | 'Badge'> = {
  Trigger: (props) => <button type="button" {...props} />,
  BellIcon: () => <Icon name="bell" />,
  Badge: ({ text }) => (
    <span className="belfry-badge" aria-hidden="true">
      {text}
    </span>
  ),
};
