// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { patience } from '../../support/patience.ts';

const [anna, ben] = ['0b5e55ed-0000-4000-8000-00000000000a', '0b5e55ed-0000-4000-8000-00000000000b'];

/** The inbox of a user, with so many notifications that bear the user's name. */
function inboxOf(user_id: string, name: string, count: number, version = count) {
  const ids = Array.from({ length: count }, (_, index) => count - index);
  const data = ids.map((id) => notification(id, { user_id, title: `For ${name}`, version: id }));
  return { data, next_cursor: null, user_id, unread_count: count, unseen_count: 0, scopes: {}, version };
}

/** A service that knows the users by their tokens, which are their ids, and opens no socket. */
function serve(...inboxes: ReturnType<typeof inboxOf>[]) {
  vi.stubGlobal(
    'WebSocket',
    class {
      close() {}
    },
  );
  vi.stubGlobal('fetch', async (url: string, { headers }: { headers: { authorization: string } }) => {
    const inbox = inboxes.find(({ user_id }) => headers.authorization === `Bearer ${user_id}`);
    return Response.json(url.includes('/changes') ? { ...inbox, data: [], reset: false } : inbox);
  });
}

/** The header of an app whose layout keeps the `initialData` of its first render. */
function Header({ userId, initialData }: { userId: string; initialData: ReturnType<typeof inboxOf> }) {
  return (
    <NotificationProvider
      apiUrl="http://127.0.0.1:9"
      webSocketUrl="ws://127.0.0.1:9"
      userId={userId}
      getToken={() => userId}
      initialData={initialData}
    >
      <NotificationBell />
      <NotificationInbox />
    </NotificationProvider>
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a header whose user changes while its layout keeps the initialData of the first', () => {
  it.each([
    ['below', 3],
    ['equal to', 5],
    ['above', 9],
  ])('shows the second user alone, also if the first one’s version is %s theirs', async (_, version) => {
    const initialData = inboxOf(anna, 'Anna', 3, version);
    serve(initialData, inboxOf(ben, 'Ben', 5));
    const page = (userId: string) => (
      <StrictMode>
        <Header userId={userId} initialData={initialData} />
      </StrictMode>
    );
    const { rerender, container } = render(page(anna));
    expect(container.textContent).toContain('For Anna');
    await act(async () => {});
    rerender(page(ben));
    expect(container.textContent).not.toContain('For Anna');
    await vi.waitFor(() => expect(container.textContent).toContain('For Ben'), patience);
    await act(async () => {});
    expect(container.textContent).not.toContain('For Anna');
    expect(container.textContent?.match(/For Ben/g)).toHaveLength(5);
    expect(container.querySelector('[aria-label="Notifications, 5 unread"]')).not.toBeNull();
  });
});
