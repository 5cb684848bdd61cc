// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationToaster, type NotificationToasterProps } from '../../../client/src/react/toaster.tsx';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { open } from './render-bell.tsx';

function renderToaster(props: NotificationToasterProps = {}, hasBell = false) {
  const fake = createFakeClient([notification(1)]);
  render(
    <StrictMode>
      <NotificationProvider client={fake.client}>
        <input aria-label="Name" />
        {hasBell && <NotificationBell />}
        <NotificationToaster {...props} />
      </NotificationProvider>
    </StrictMode>,
  );
  return fake;
}
const titles = () =>
  [...document.querySelectorAll('.belfry-toast .belfry-name')].map(({ textContent }) => textContent);
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const dismissButton = () => {
  const [button] = screen.getAllByRole('button', { name: 'Dismiss' });
  if (!button) throw new Error('There is no toast.');
  return button;
};
/** Hides the page, as another tab in front does, or shows it again. */
const setHidden = (isHidden: boolean) => {
  Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
};

function Broken(): never {
  throw new Error('broken');
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  Reflect.deleteProperty(document, 'hidden');
});

describe('toasts', () => {
  it('show what arrives, the three newest, and nothing of the first page', () => {
    const fake = renderToaster();
    expect(titles()).toEqual([]);
    for (const id of [2, 3, 4, 5]) act(() => fake.arrive(notification(id)));
    expect(titles()).toEqual(['Title 5', 'Title 4', 'Title 3']);
  });

  it('show the title alone of what has no body', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2, { body: '' })));
    expect(titles()).toEqual(['Title 2']);
    expect(document.querySelector('.belfry-toast .belfry-body')).toBeNull();
  });

  it('are a region with a name and a list', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    expect(screen.getByRole('region', { name: 'Notifications' })).toBeDefined();
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
  });

  it('leave after their time, one by one', () => {
    const fake = renderToaster({ durationMs: 4_000 });
    act(() => fake.arrive(notification(2)));
    pass(3_000);
    act(() => fake.arrive(notification(3)));
    pass(1_000);
    expect(titles()).toEqual(['Title 3']);
    pass(3_000);
    expect(titles()).toEqual([]);
    expect(fake.calls).toEqual([]);
  });

  it('stay if their time is infinite', () => {
    const fake = renderToaster({ durationMs: Infinity });
    act(() => fake.arrive(notification(2)));
    pass(1_000_000);
    expect(titles()).toEqual(['Title 2']);
  });

  it('wait while the pointer is on one of them', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    fireEvent.mouseEnter(screen.getByText('Title 2'));
    pass(20_000);
    expect(titles()).toEqual(['Title 2']);
    fireEvent.mouseLeave(screen.getByRole('region'));
    pass(6_000);
    expect(titles()).toEqual([]);
  });

  it('wait while one of them has the focus', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    act(() => dismissButton().focus());
    pass(20_000);
    expect(titles()).toEqual(['Title 2']);
    act(() => screen.getByLabelText('Name').focus());
    pass(6_000);
    expect(titles()).toEqual([]);
  });

  it('wait while the page is hidden, and show the newest when it is visible again', () => {
    const fake = renderToaster();
    setHidden(true);
    for (const id of [2, 3, 4, 5]) act(() => fake.arrive(notification(id)));
    pass(100_000);
    setHidden(false);
    expect(titles()).toEqual(['Title 5', 'Title 4', 'Title 3']);
    pass(6_000);
    expect(titles()).toEqual([]);
  });

  it('open what the item in the inbox opens, and mark it as read', () => {
    const onNavigate = vi.fn();
    const onNotificationClick = vi.fn();
    const fake = renderToaster({ onNavigate, onNotificationClick });
    act(() => fake.arrive(notification(2, { metadata: { route: '/x' } })));
    fireEvent.click(screen.getByText('Title 2'));
    expect(onNavigate).toHaveBeenCalledExactlyOnceWith('/x', expect.objectContaining({ id: 2 }));
    expect(onNotificationClick).toHaveBeenCalledOnce();
    expect(fake.calls).toEqual(['markAsRead 2']);
    expect(titles()).toEqual([]);
  });

  it('leave the site by a url in another tab, and lead nowhere by a refused route', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2, { metadata: { url: 'https://example.org' } })));
    act(() => fake.arrive(notification(3, { metadata: { route: '/..//evil.example' } })));
    const link = screen.getByText('Title 2').closest('a');
    expect([link?.target, link?.rel]).toEqual(['_blank', 'noopener noreferrer']);
    expect(link?.textContent).toContain('Opens another site');
    expect(screen.getByText('Title 3').closest('button')).not.toBeNull();
  });

  it('are dismissed by their button, and stay unread', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    fireEvent.click(dismissButton());
    expect(titles()).toEqual([]);
    expect(fake.calls).toEqual([]);
  });

  it('are dismissed by Escape, and give the focus to the next one, then back to where it was', () => {
    const fake = renderToaster();
    act(() => screen.getByLabelText('Name').focus());
    for (const id of [2, 3]) act(() => fake.arrive(notification(id)));
    act(() => dismissButton().focus());
    fireEvent.keyDown(dismissButton(), { key: 'Escape' });
    expect(titles()).toEqual(['Title 2']);
    expect(document.activeElement).toBe(screen.getByText('Title 2').closest('button'));
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    expect(titles()).toEqual([]);
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
  });

  it.each([
    ['read', (fake: ReturnType<typeof createFakeClient>) => fake.client.markAsRead(2)],
    ['archived', (fake: ReturnType<typeof createFakeClient>) => fake.client.archive(2)],
    ['read with all others', (fake: ReturnType<typeof createFakeClient>) => fake.client.markAllAsRead()],
  ])('leave for good when their notification is %s elsewhere', async (_, change) => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    await act(() => change(fake));
    expect(titles()).toEqual([]);
    await act(() => fake.client.markAsUnread(2));
    expect(titles()).toEqual([]);
  });

  it('stay when the list shows something else', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    act(() => fake.client.setFilter({ status: ['archived'] }));
    expect(titles()).toEqual(['Title 2']);
  });

  it('are gone with the user they were for', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    act(() => fake.render({ userId: '0b5e55ed-0000-4000-8000-000000000002' }));
    expect(titles()).toEqual([]);
  });

  it('speak with the labels of the app', () => {
    const fake = renderToaster({ labels: { dismiss: 'Weg damit', title: 'Neues' } });
    act(() => fake.arrive(notification(2)));
    expect(screen.getByRole('region', { name: 'Neues' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Weg damit' })).toBeDefined();
  });
});

describe('toasts beside a bell', () => {
  it('are announced once', () => {
    const fake = renderToaster({}, true);
    act(() => fake.arrive(notification(2)));
    pass(500);
    const said = screen.getAllByRole('status').map(({ textContent }) => textContent);
    expect(said.filter(Boolean)).toEqual(['New notification: Title 2']);
  });

  it('are not shown while an inbox is open, unless the app wants them', () => {
    const fake = renderToaster({}, true);
    open();
    act(() => fake.arrive(notification(2)));
    expect(titles()).toEqual([]);
    cleanup();
    const other = renderToaster({ isShownWithInbox: true }, true);
    open();
    act(() => other.arrive(notification(2)));
    expect(titles()).toEqual(['Title 2']);
  });

  it('are announced without a bell too', () => {
    const fake = renderToaster();
    act(() => fake.arrive(notification(2)));
    pass(500);
    expect(screen.getByRole('status').textContent).toBe('New notification: Title 2');
  });
});

describe('wrong props of the toaster', () => {
  it('are their defaults', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    // The cast: JavaScript has no types.
    const wrong = { placement: 'middle', durationMs: '6', icons: 7, labels: null, onNotificationClick: 'x' };
    const fake = renderToaster(wrong as unknown as NotificationToasterProps);
    act(() => fake.arrive(notification(2)));
    expect(screen.getByRole('region').dataset.placement).toBe('bottom-end');
    pass(5_999);
    fireEvent.click(screen.getByText('Title 2'));
    expect(titles()).toEqual([]);
  });

  it('lose a toast at most', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const fake = renderToaster({
      icons: ({ id }) => id === 3 && <Broken />,
      renderLink: (link, { id }) => (id === 2 ? <Broken /> : <a {...link} />),
    });
    for (const id of [2, 3]) act(() => fake.arrive(notification(id, { metadata: { route: '/x' } })));
    expect(titles()).toEqual(['Title 3']);
  });
});
