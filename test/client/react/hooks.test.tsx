// @vitest-environment happy-dom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  NotificationProvider,
  useNotificationClient,
  useNotificationEvent,
  useNotifications,
  useUnreadCount,
} from '../../../client/src/react.ts';
import { createFakeClient, notification } from './fake-client.ts';

function around({ client }: ReturnType<typeof createFakeClient>) {
  return ({ children }: { children: ReactNode }) => (
    <NotificationProvider client={client}>{children}</NotificationProvider>
  );
}

function Witness({ of }: { of: Set<unknown> }) {
  of.add(useNotificationClient());
  return null;
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
    expect(fake.calls).toEqual(['markAsRead 1', 'archive 1', 'markAllAsRead', 'loadMore', 'refresh']);
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

  it('makes a client of options, and another one for another user', () => {
    const seen = new Set<unknown>();
    const page = (userId: string) => (
      <NotificationProvider
        apiUrl="http://127.0.0.1:9"
        webSocketUrl="ws://127.0.0.1:9"
        userId={userId}
        getToken={() => new Promise<string>(() => {})}
      >
        <Witness of={seen} />
      </NotificationProvider>
    );
    const { rerender } = render(page('a'));
    rerender(page('a'));
    expect(seen.size).toBe(1);
    rerender(page('b'));
    expect(seen.size).toBe(2);
  });

  it('is missed with a message that says so', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(useUnreadCount)).toThrow('There is no NotificationProvider.');
    vi.restoreAllMocks();
  });
});
