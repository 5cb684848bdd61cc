import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createNotificationClient, type NotificationSnapshot } from '../../../client/src/index.ts';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';

declare global {
  interface Window {
    /** Set by the test before this script runs. */
    places: { apiUrl: string; webSocketUrl: string };
    /** Answered by the test. */
    signToken(): Promise<string>;
    /** What the client knows by now. */
    look(): NotificationSnapshot;
    /** What the client has said of its line, one after the other. */
    statuses: string[];
    /** The titles that have rung in this tab. */
    rung: string[];
  }
}

window.statuses = [];
window.rung = [];
const client = createNotificationClient({ ...window.places, getToken: () => window.signToken() });
window.look = () => client.getSnapshot();
client.subscribe(() => {
  const { status } = window.look();
  if (status !== window.statuses.at(-1)) window.statuses.push(status);
});
client.on('notification', ({ title }) => window.rung.push(title));

/** Whether opening a notification leaves the page as it is; `#leave` is for a page whose links are the browser's. */
const stays = location.hash !== '#leave';

const root = document.getElementById('bell');
if (!root) throw new Error('The page has no place for the bell.');
createRoot(root).render(
  <StrictMode>
    <NotificationProvider client={client}>
      <NotificationBell onNavigate={stays ? () => {} : undefined} />
    </NotificationProvider>
  </StrictMode>,
);
