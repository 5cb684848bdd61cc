import { NotificationBell, NotificationProvider } from 'belfry/react';
import { createRoot } from 'react-dom/client';

/**
 * Puts the bell into the page; the function that it returns shows the inbox of a client. What a notification leads to is
 * not here, so that opening one just reads it.
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
