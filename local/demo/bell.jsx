import { NotificationBell, NotificationProvider } from 'belfry/react';
import { tabs } from 'belfry/react/tabs';
import { TitleBadge } from 'belfry/react/title-badge';
import { NotificationToaster } from 'belfry/react/toaster';
import { createRoot } from 'react-dom/client';

/** An icon for each `metadata.type` that the form offers. */
const icons = {
  'booking.confirmed': <Icon path="M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM15 6v12" />,
  'event.doors_open': <Icon path="M6 21V4l9-1v18M4 21h16M15 6h3v15M12 12v1" />,
  'seat.upgrade': <Icon path="M7 4v9h9M7 13v4h10a2 2 0 0 0 0-4M9 17v3M16 17v3" />,
};

const filters = tabs([
  { label: 'All', filter: {} },
  { label: 'Unread', filter: { status: ['unread'] } },
  { label: 'Bookings', filter: { type: 'booking.confirmed' } },
  { label: 'Archived', filter: { status: ['archived'] } },
]);

/**
 * Puts the bell into the page. The returned function shows the inbox of a client. The routes of notifications do not exist
 * here, so a click on one only marks it as read.
 */
export function mountBell(element) {
  const root = createRoot(element);
  const { nonce } = element;
  const shared = { nonce, icons, onNavigate() {} };
  return (client) =>
    root.render(
      <NotificationProvider client={client}>
        <NotificationBell filters={filters} {...shared} />
        <NotificationToaster {...shared} />
        <TitleBadge />
      </NotificationProvider>,
    );
}

function Icon({ path }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      width="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinejoin="round"
    >
      <path d={path} />
    </svg>
  );
}
