// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { open, opener, renderBell } from './render-bell.tsx';

describe('a notification that is opened', () => {
  it('is read from then on, and leads to its route', () => {
    const fake = createFakeClient([
      notification(1, { metadata: { route: '/bookings/1', url: 'https://example.org' } }),
    ]);
    const onNavigate = vi.fn();
    renderBell(fake, { onNavigate });
    open();
    expect(opener('Title 1').getAttribute('href')).toBe('/bookings/1');
    fireEvent.click(opener('Title 1'));
    expect(fake.calls).toEqual(['markAsRead 1']);
    expect(onNavigate).toHaveBeenCalledExactlyOnceWith('/bookings/1', expect.objectContaining({ id: 1 }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('leaves the site by its url, in another tab, and says so', () => {
    const onNavigate = vi.fn();
    const onNotificationClick = vi.fn();
    const fake = createFakeClient([notification(1, { metadata: { url: 'https://example.org/x' } })]);
    renderBell(fake, { onNavigate, onNotificationClick });
    open();
    const link = opener('Title 1');
    expect(link.getAttribute('href')).toBe('https://example.org/x');
    expect([link.getAttribute('target'), link.getAttribute('rel')]).toEqual([
      '_blank',
      'noopener noreferrer',
    ]);
    expect(link.textContent).toContain('Opens another site');
    link.addEventListener('click', (event) => event.preventDefault());
    fireEvent.click(link);
    expect(fake.calls).toEqual(['markAsRead 1']);
    expect(onNavigate).not.toHaveBeenCalled();
    expect(onNotificationClick).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 1 }),
      'https://example.org/x',
    );
  });

  it.each(['javascript:alert(1)', '//evil.example', '/..//evil.example', 'http://example.org', 7])(
    'is a text that can be marked as read where its place is %j',
    (place) => {
      const onNotificationClick = vi.fn();
      const fake = createFakeClient([notification(1, { metadata: { route: place, url: place } })]);
      renderBell(fake, { onNotificationClick });
      open();
      expect(opener('Title 1').tagName).toBe('BUTTON');
      expect(screen.queryByText('Opens another site')).toBeNull();
      fireEvent.click(opener('Title 1'));
      expect(fake.calls).toEqual(['markAsRead 1']);
      expect(onNotificationClick).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ id: 1 }),
        undefined,
      );
    },
  );

  it('leaves a click for another tab to the browser', () => {
    const onNavigate = vi.fn();
    const fake = createFakeClient([notification(1, { metadata: { route: '/x' } })]);
    renderBell(fake, { onNavigate });
    open();
    fireEvent.click(opener('Title 1'), { ctrlKey: true });
    expect(onNavigate).not.toHaveBeenCalled();
    expect(fake.calls).toEqual(['markAsRead 1']);
    expect(screen.getByRole('dialog')).toBeDefined();
  });

  it('is read from then on where the middle button opens it in another tab, and not where the right one asks', () => {
    const onNavigate = vi.fn();
    const fake = createFakeClient([notification(1, { metadata: { route: '/x' } })]);
    renderBell(fake, { onNavigate });
    open();
    const press = (button: number) =>
      fireEvent(opener('Title 1'), new MouseEvent('auxclick', { button, bubbles: true }));
    press(2);
    expect(fake.calls).toEqual([]);
    press(1);
    expect(fake.calls).toEqual(['markAsRead 1']);
    expect(onNavigate).not.toHaveBeenCalled();
  });

  it('is drawn by the link of a router', () => {
    renderBell(createFakeClient([notification(1, { metadata: { route: '/x' } })]), {
      renderLink: ({ children, ...props }, { id }) => (
        <a {...props} data-router={id}>
          {children}
        </a>
      ),
    });
    open();
    expect(opener('Title 1').dataset.router).toBe('1');
  });
});
