// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { tabs } from '../../../client/src/react/tabs.tsx';
import { items, open, renderBell } from './render-bell.tsx';

const filters = tabs([
  { label: 'All', filter: {} },
  { label: 'Bookings', filter: { type: 'booking' } },
  { label: 'Unread', filter: { status: ['unread'] } },
  { label: 'Done', filter: { status: ['read', 'archived'] } },
]);
const button = (name: string) => screen.getByRole('button', { name });
const isOff = (name: string) => button(name).getAttribute('aria-disabled') === 'true';
const click = (name: string) => act(async () => void fireEvent.click(button(name)));

describe('the button that marks the list as read', () => {
  it('says what it marks: all, or those of the type that is shown', async () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake, { filters });
    open();
    expect(isOff('Mark all as read')).toBe(false);
    await click('Bookings');
    expect(screen.queryByText('Mark all as read')).toBeNull();
    await click('Mark these as read');
    expect(fake.calls).toEqual(['markAllAsRead']);
  });

  it.each([
    ['nothing in it is unread', [notification(1, { status: 'read' })], 'All', true],
    ['it shows nothing unread', [notification(1)], 'Done', true],
    ['something in it is unread', [notification(1)], 'Unread', false],
  ])('is off or on if %s', async (_, rows, tab, expected) => {
    renderBell(createFakeClient(rows), { filters });
    open();
    await click(tab);
    expect(isOff('Mark all as read')).toBe(expected);
  });

  it('is on if what is unread may be among what is not loaded', async () => {
    const rows = [notification(2, { status: 'read' })];
    renderBell(createFakeClient(rows, { older: [notification(1)], unreadCount: 1 }), { filters });
    open();
    expect(isOff('Mark all as read')).toBe(false);
    await click('Done');
    expect(isOff('Mark all as read')).toBe(true);
  });
});

describe('the button that archives what is read', () => {
  const rows = [notification(3), notification(2, { status: 'read' }), notification(1, { status: 'read' })];

  it('leaves what is unread, and can be undone by one request', async () => {
    const fake = createFakeClient(rows);
    renderBell(fake);
    open();
    await click('Archive what is read');
    expect(items().map((item) => item.querySelector('.belfry-name')?.textContent)).toEqual(['Title 3']);
    expect(screen.getByText('2 archived')).toBeDefined();
    expect(isOff('Archive what is read')).toBe(true);
    await click('Undo');
    expect(items()).toHaveLength(3);
    expect(fake.calls).toEqual(['archiveAllRead', 'mark unarchive 2,1']);
  });

  it('offers no undo if it archives what is not loaded too', async () => {
    const fake = createFakeClient(rows, { older: [notification(0, { status: 'read' })] });
    renderBell(fake);
    open();
    await click('Archive what is read');
    expect(fake.calls).toContain('archiveAllRead');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('offers no undo if it has failed', async () => {
    const fake = createFakeClient(rows);
    fake.client.archiveAllRead = async () => false;
    renderBell(fake);
    open();
    await click('Archive what is read');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it.each([
    ['Unread', true],
    ['All', false],
  ])('is off in a list that shows nothing read: in %s it is off: %s', async (tab, expected) => {
    renderBell(createFakeClient(rows), { filters });
    open();
    await click(tab);
    expect(isOff('Archive what is read')).toBe(expected);
  });
});
