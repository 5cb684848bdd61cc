// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationError } from '../../../client/src/index.ts';
import { bell, items, open, renderBell } from './render-bell.tsx';

describe('the button', () => {
  it('says in its name how many are unread, and how many of those are new', () => {
    const rows = [notification(2), notification(1), notification(3, { status: 'read' })];
    renderBell(createFakeClient(rows, { unseenCount: 1 }));
    expect(bell().getAttribute('aria-label')).toBe('Notifications, 2 unread, 1 new');
  });

  it('says nothing of what is new if its badge counts what is unread', () => {
    renderBell(createFakeClient([notification(2), notification(1)]), { badge: 'unread' });
    expect(bell().getAttribute('aria-label')).toBe('Notifications, 2 unread');
  });

  it('shows no badge when nothing is unread', () => {
    renderBell(createFakeClient([notification(1, { status: 'read' })]));
    expect(document.querySelector('.belfry-badge')).toBeNull();
  });

  it('shows 99+ where there are more', () => {
    renderBell(createFakeClient([], { unseenCount: 100 }));
    expect(document.querySelector('.belfry-badge')?.textContent).toBe('99+');
  });

  it('opens a dialog that it controls, and closes it again', () => {
    renderBell(createFakeClient([notification(1)]));
    const dialog = open();
    expect(bell().getAttribute('aria-expanded')).toBe('true');
    expect(bell().getAttribute('aria-controls')).toBe(dialog.id);
    fireEvent.click(bell());
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(bell().getAttribute('aria-expanded')).toBe('false');
  });
});

describe('states', () => {
  it('shows skeletons while the first page loads', () => {
    renderBell(createFakeClient([], { isLoading: true }));
    const dialog = open();
    expect(dialog.querySelectorAll('.belfry-skeleton').length).toBeGreaterThan(0);
    expect(within(dialog).getByText('Loading…')).toBeDefined();
  });

  it('says that the list could not be loaded, and tries again', () => {
    const fake = createFakeClient([], {
      error: new NotificationError('internal', 'broken', { status: 500 }),
    });
    renderBell(fake, { labels: { failed: (error) => `Failed: ${error.code}` } });
    open();
    expect(screen.getByText('Failed: internal')).toBeDefined();
    fireEvent.click(screen.getByText('Try again'));
    expect(fake.calls).toEqual(['retry']);
  });

  it('says that a change failed, above the list', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    const dialog = open();
    act(() => fake.render({ error: new NotificationError('network', 'no answer') }));
    expect(within(dialog).getByRole('status').textContent).toContain('That did not work');
    expect(items()).toHaveLength(1);
  });

  it.each([
    ['offline', 'You are offline'],
    ['unreachable', 'Notifications cannot be reached right now'],
    ['unauthenticated', 'Sign in again to see your notifications'],
  ] as const)('says that it is %s, and that it is polling', (status, text) => {
    const fake = createFakeClient([notification(1)], { status });
    renderBell(fake);
    const dialog = open();
    expect(within(dialog).getByRole('status').textContent).toContain(text);
    act(() => fake.render({ status: 'polling' }));
    expect(within(dialog).getByRole('status').textContent).toBe('Updates are delayed');
    act(() => fake.render({ status: 'live' }));
    expect(within(dialog).getByRole('status').textContent).toBe('');
  });
});

it('closes by a press on what keeps its presses to itself', () => {
  renderBell(createFakeClient([notification(1)]));
  open();
  screen.getByText('Elsewhere').addEventListener('pointerdown', (event) => event.stopPropagation());
  fireEvent.pointerDown(screen.getByText('Elsewhere'));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('closes by a press elsewhere', () => {
  renderBell(createFakeClient([notification(1)]));
  open();
  fireEvent.pointerDown(screen.getByText('Elsewhere'));
  expect(screen.queryByRole('dialog')).toBeNull();
});
