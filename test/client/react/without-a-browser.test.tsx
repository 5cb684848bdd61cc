import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { TitleBadge } from '../../../client/src/react/title-badge.tsx';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';

const options = {
  apiUrl: 'https://api.example.org',
  webSocketUrl: 'wss://ws.example.org',
  getToken(): never {
    throw new Error('A server has no business with the token.');
  },
};

const shown = notification(1);
const initialData = {
  data: [shown],
  next_cursor: null,
  user_id: shown.user_id,
  unread_count: 1,
  unseen_count: 0,
  scopes: {},
  version: 1,
};

describe('where there is no document', () => {
  it('renders the count and the list that the page was given, and asks nobody', () => {
    const html = renderToString(
      <NotificationProvider {...options} initialData={initialData} userId={initialData.user_id}>
        <NotificationBell />
        <TitleBadge />
        <NotificationInbox />
      </NotificationProvider>,
    );
    expect(typeof document).toBe('undefined');
    expect(html).toContain('Notifications, 1 unread');
    expect(html).toContain('Title 1');
  });

  it('renders a list that is loading, where the page was given none', () => {
    const html = renderToString(
      <NotificationProvider {...options}>
        <NotificationInbox />
      </NotificationProvider>,
    );
    expect(html).toContain('Loading…');
  });

  // Next refuses to prerender a layout in which anything is read that is not the same each time.
  it('renders without a look at the clock, at chance or at the network', () => {
    const spies = [
      vi.spyOn(Date, 'now'),
      vi.spyOn(Math, 'random'),
      vi.spyOn(crypto, 'randomUUID'),
      vi.spyOn(crypto, 'getRandomValues'),
      vi.spyOn(globalThis, 'fetch'),
    ];
    renderToString(
      <NotificationProvider {...options} initialData={initialData} userId={initialData.user_id}>
        <NotificationBell />
        <NotificationInbox />
      </NotificationProvider>,
    );
    const calls = spies.map((spy) => spy.mock.calls.length);
    vi.restoreAllMocks();
    expect(calls).toEqual(spies.map(() => 0));
  });
});
