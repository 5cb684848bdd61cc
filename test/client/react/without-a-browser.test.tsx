import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { NotificationBell, NotificationInbox, NotificationProvider } from '../../../client/src/react.ts';
import { notification } from './fake-client.ts';

const options = {
  apiUrl: 'https://api.example.org',
  webSocketUrl: 'wss://ws.example.org',
  getToken(): never {
    throw new Error('A server has no business with the token.');
  },
};

describe('where there is no document', () => {
  it('renders the count and the list that the page was given, and asks nobody', () => {
    const html = renderToString(
      <NotificationProvider
        {...options}
        initialData={{ data: [notification(1)], next_cursor: null, unread_count: 1, version: 1 }}
      >
        <NotificationBell titleBadge />
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
});
