import { NotificationBell, NotificationProvider } from 'belfry/react';
import { createRoot } from 'react-dom/client';

/**
 * Puts the bell into the page. The returned function shows the inbox of a client. The routes of notifications do not exist
 * here, so a click on one only marks it as read.
 */
export function mountBell(element) {
  const root = createRoot(element);
  const { nonce } = element;
  return (client) =>
    root.render(
      <NotificationProvider client={client}>
        <NotificationBell titleBadge nonce={nonce} onNavigate={() => {}} />
      </NotificationProvider>,
    );
}
