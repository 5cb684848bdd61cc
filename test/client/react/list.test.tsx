// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { byDay } from '../../../client/src/react/by-day.ts';
import { bell, items, open, press, renderBell } from './render-bell.tsx';

describe('the list', () => {
  it('holds one item per notification, newest first', () => {
    renderBell(createFakeClient([notification(2), notification(1)]));
    open();
    expect(
      within(screen.getByRole('list'))
        .getAllByText(/^Title/)
        .map((title) => title.lastChild?.textContent),
    ).toEqual(['Title 2', 'Title 1']);
  });

  it('says which are unread', () => {
    renderBell(createFakeClient([notification(2), notification(1, { status: 'read' })]));
    open();
    expect(items().map((item) => within(item).queryAllByText('Unread').length)).toEqual([1, 0]);
  });

  it('shows how long ago, and keeps it fresh', () => {
    vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z') });
    renderBell(createFakeClient([notification(1, { created_at: '2026-03-01T11:57:00.000Z' })]), {
      locale: 'en',
    });
    open();
    expect(screen.getByText('3 min. ago').getAttribute('datetime')).toBe('2026-03-01T11:57:00.000Z');
    act(() => vi.advanceTimersByTime(60_000));
    expect(screen.getByText('4 min. ago')).toBeDefined();
  });

  it.each([
    ['2026-03-01T11:59:10.000Z', 'now'],
    ['2026-03-01T12:05:00.000Z', 'now'],
    ['2026-02-28T11:00:00.000Z', '1 day ago'],
    ['2026-02-27T13:00:00.000Z', '1 day ago'],
    ['2026-02-27T12:00:00.000Z', '2 days ago'],
  ])('says of what was created at %s, at noon on 1 March: %s', (created_at, text) => {
    vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z') });
    renderBell(createFakeClient([notification(1, { created_at })]), { locale: 'en' });
    open();
    expect(screen.getByText(text)).toBeDefined();
  });

  it.each([-26, -3, 3, 26])('says "now" of what came now, on a clock that is wrong by %i hours', (hours) => {
    const now = new Date('2026-03-01T12:00:00Z');
    vi.useFakeTimers({ now: now.getTime() + hours * 3_600_000 });
    const fake = createFakeClient([
      notification(2, { created_at: now.toISOString() }),
      notification(1, { created_at: '2026-03-01T11:57:00.000Z' }),
    ]);
    fake.client.now = () => Date.now() - hours * 3_600_000;
    renderBell(fake, { locale: 'en', groupBy: byDay });
    open();
    expect([...document.querySelectorAll('time')].map(({ textContent }) => textContent)).toEqual([
      'now',
      '3 min. ago',
    ]);
    expect(screen.getByText('Today')).toBeDefined();
    act(() => vi.advanceTimersByTime(60_000));
    expect(screen.getByText('4 min. ago')).toBeDefined();
  });

  it('speaks the language of the page about times', () => {
    document.documentElement.lang = 'de';
    renderBell(createFakeClient([notification(1, { created_at: new Date().toISOString() })]));
    open();
    expect(screen.getByText('jetzt')).toBeDefined();
  });

  it('marks all as read', () => {
    const fake = createFakeClient([notification(2), notification(1)]);
    renderBell(fake);
    open();
    fireEvent.click(screen.getByText('Mark all as read'));
    expect(fake.calls).toEqual(['markAllAsRead']);
    expect(bell().getAttribute('aria-label')).toBe('Notifications');
  });

  it('marks one as read and as unread again', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Mark as read' }));
    fireEvent.click(screen.getByRole('button', { name: 'Mark as unread' }));
    expect(fake.calls).toEqual(['markAsRead 1', 'markAsUnread 1']);
  });

  it('archives one, which the filter for archived ones shows and gives back', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Archive' }));
    expect(screen.getByText('You are all caught up')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Archived' }));
    fireEvent.click(screen.getByRole('button', { name: 'Move to inbox' }));
    expect(screen.getByText('Nothing archived')).toBeDefined();
    expect(fake.calls).toEqual(['archive 1', 'unarchive 1']);
  });

  it('shows unread ones alone, keeping the type that the app filters by', () => {
    const fake = createFakeClient([notification(2), notification(1, { status: 'read' })], {
      filter: { type: 'booking' },
    });
    renderBell(fake);
    open();
    const filter = screen.getByRole('button', { name: 'Unread' });
    fireEvent.click(filter);
    expect(filter.getAttribute('aria-pressed')).toBe('true');
    expect(fake.client.getSnapshot().filter).toEqual({ type: 'booking', status: ['unread'] });
    expect(items()).toHaveLength(1);
  });

  it('leaves the filter as it was when it is closed', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Archived' }));
    press('Escape');
    fireEvent.click(bell());
    expect(fake.client.getSnapshot().filter).toEqual({});
  });

  it('loads older ones by its button where there is no observer', () => {
    vi.stubGlobal('IntersectionObserver', undefined);
    const fake = createFakeClient([notification(2)], { older: [notification(1)] });
    renderBell(fake);
    open();
    fireEvent.click(screen.getByText('Show older'));
    expect(items()).toHaveLength(2);
    expect(screen.queryByText('Show older')).toBeNull();
  });
});
