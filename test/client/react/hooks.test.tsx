// @vitest-environment happy-dom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import {
  NotificationProvider,
  useNotificationClient,
  useNotificationEvent,
  useNotifications,
  useUnreadCount,
} from '../../../client/src/react.ts';
import { patience } from '../../support/patience.ts';

function around({ client }: ReturnType<typeof createFakeClient>) {
  return ({ children }: { children: ReactNode }) => (
    <NotificationProvider client={client}>{children}</NotificationProvider>
  );
}

/** Notes each client that it sees, and says the count. */
function Witness({ of, onMount }: { of: Set<unknown>; onMount: () => void }) {
  of.add(useNotificationClient());
  useEffect(() => onMount(), [onMount]);
  return useUnreadCount();
}

afterEach(cleanup);

describe('useNotifications', () => {
  it('answers what the client knows, and renders with each change', () => {
    const fake = createFakeClient([notification(1)], { older: [notification(0)] });
    const { result } = renderHook(useNotifications, { wrapper: around(fake) });
    expect(result.current).toMatchObject({
      unreadCount: 1,
      status: 'live',
      isLoading: false,
      hasMore: true,
      error: null,
    });
    act(() => fake.render({ status: 'polling' }));
    expect(result.current.status).toBe('polling');
  });

  it('does what the client does, by functions that stay the same', async () => {
    const fake = createFakeClient([notification(1)]);
    const { result } = renderHook(useNotifications, { wrapper: around(fake) });
    const { markAsRead, archive, markAllAsRead, loadMore, refresh } = result.current;
    await act(async () => {
      await Promise.all([markAsRead(1), archive(1), markAllAsRead(), loadMore(), refresh()]);
    });
    expect(fake.calls).toEqual(['markAsRead 1', 'archive 1', 'markAllAsRead', 'loadMore']);
    expect(fake.refreshes()).toBe(1);
    expect(result.current.archive).toBe(archive);
  });
});

describe('useUnreadCount', () => {
  it('renders only when the count changes', () => {
    const fake = createFakeClient([notification(2), notification(1, { status: 'read' })]);
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return useUnreadCount();
      },
      { wrapper: around(fake) },
    );
    act(() => fake.render({ isLoading: true }));
    act(() => fake.lose(1));
    expect([result.current, renders]).toEqual([1, 1]);
    act(() => fake.arrive(notification(3)));
    expect([result.current, renders]).toEqual([2, 2]);
  });
});

describe('useNotificationEvent', () => {
  it('calls the latest listener, once', () => {
    const fake = createFakeClient();
    const heard: string[] = [];
    const { rerender, unmount } = renderHook(
      ({ name }) => useNotificationEvent('notification', ({ id }) => heard.push(`${name} ${id}`)),
      { wrapper: around(fake), initialProps: { name: 'first' }, reactStrictMode: true },
    );
    rerender({ name: 'second' });
    act(() => fake.arrive(notification(1)));
    unmount();
    fake.arrive(notification(2));
    expect(heard).toEqual(['second 1']);
  });
});

describe('NotificationProvider', () => {
  it('starts the client once in strict mode, and lets go of it when it is unmounted', () => {
    const fake = createFakeClient();
    const { unmount } = render(
      <StrictMode>
        <NotificationProvider client={fake.client}>content</NotificationProvider>
      </StrictMode>,
    );
    expect(fake.starts()).toBe(1);
    unmount();
    expect(fake.starts()).toBe(0);
  });

  describe('with options', () => {
    const asked: unknown[] = [];
    const mounted = vi.fn();
    const seen = new Set<unknown>();
    const page = (userId?: string) => (
      <NotificationProvider
        apiUrl="http://127.0.0.1:9"
        webSocketUrl="ws://127.0.0.1:9"
        userId={userId}
        getToken={() => {
          asked.push(userId);
          return new Promise<string>(() => {});
        }}
        initialData={{
          data: [],
          next_cursor: null,
          user_id: notification(1).user_id,
          unread_count: 7,
          unseen_count: 0,
          scopes: {},
          version: 9,
        }}
      >
        <Witness of={seen} onMount={mounted} />
      </NotificationProvider>
    );
    beforeEach(() => {
      asked.length = 0;
      mounted.mockClear();
      seen.clear();
    });

    it('makes a client of them, and another one for another user', () => {
      const { rerender } = render(page('a'));
      rerender(page('a'));
      expect(seen.size).toBe(1);
      rerender(page('b'));
      expect(seen.size).toBe(2);
    });

    it('keeps what is inside mounted, with its count, when the user becomes known late', () => {
      const { rerender, container } = render(page());
      rerender(page(notification(1).user_id));
      expect(mounted).toHaveBeenCalledOnce();
      expect(container.textContent).toBe('7');
    });

    it('asks the function of a user for that user’s token alone', () => {
      const { rerender } = render(page('a'));
      expect(asked).toEqual(['a']);
      rerender(page('b'));
      expect(asked).toEqual(['a', 'b']);
    });
  });

  it('calls the latest onSessionExpired', async () => {
    const called: string[] = [];
    const page = (name: string, getToken: () => Promise<string>) => (
      <NotificationProvider
        apiUrl="http://127.0.0.1:9"
        webSocketUrl="ws://127.0.0.1:9"
        getToken={getToken}
        onSessionExpired={() => called.push(name)}
      />
    );
    const { promise, reject } = Promise.withResolvers<string>();
    const { rerender } = render(page('first', () => promise));
    rerender(page('second', () => promise));
    await act(async () => reject(new Error('Signed out.')));
    await vi.waitFor(() => expect(called).toEqual(['second']), patience);
  });

  it('is missed with a message that says so', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(useUnreadCount)).toThrow('Put a NotificationProvider around the app.');
    vi.restoreAllMocks();
  });
});
