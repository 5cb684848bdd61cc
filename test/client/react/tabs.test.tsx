// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { tabs } from '../../../client/src/react/tabs.tsx';
import { bell, open, pageWithBell, press, renderBell } from './render-bell.tsx';

const three = [
  { label: 'All', filter: {} },
  { label: <b>Bookings</b>, filter: { type: 'booking' } },
  { label: 'Done', filter: { status: ['archived', 'read'] as const } },
];
const pressed = () => screen.getAllByRole('button', { pressed: true }).map((button) => button.textContent);

describe('tabs', () => {
  it('take the place of the filters, and show which one is chosen', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake, { filters: tabs(three) });
    open();
    expect(screen.queryByText('Archived')).toBeNull();
    expect(pressed()).toEqual(['All']);
    fireEvent.click(screen.getByRole('button', { name: 'Bookings' }));
    expect(pressed()).toEqual(['Bookings']);
    expect(fake.client.getSnapshot().filter).toEqual({ type: 'booking' });
  });

  it('know a filter that is written in another way', () => {
    const fake = createFakeClient([], { filter: { status: ['read', 'archived'], type: undefined } });
    renderBell(fake, { filters: tabs(three) });
    open();
    expect(pressed()).toEqual(['Done']);
  });

  it('choose the first if the filter of the client is none of them, until the inbox closes', () => {
    const fake = createFakeClient([], { filter: { type: 'promo' } });
    renderBell(fake, { filters: tabs(three.slice(1)) });
    open();
    expect(pressed()).toEqual(['Bookings']);
    press('Escape');
    expect(fake.client.getSnapshot().filter).toEqual({ type: 'promo' });
  });

  it('keep their buttons and the focus when they are made in each render', () => {
    const fake = createFakeClient([notification(1)]);
    const { rerender } = renderBell(fake, { filters: tabs(three) });
    open();
    const button = screen.getByRole('button', { name: 'Bookings' });
    act(() => button.focus());
    rerender(pageWithBell(fake, { filters: tabs(three) }));
    expect(document.activeElement).toBe(button);
    fireEvent.click(bell());
  });

  it('show nothing if there are none', () => {
    renderBell(createFakeClient([notification(1)]), { filters: tabs([]) });
    expect(open().textContent).toContain('Title 1');
  });
});

describe('filters', () => {
  it.each([null, false] as const)('are hidden by %j', (filters) => {
    renderBell(createFakeClient([notification(1)]), { filters });
    open();
    expect(screen.queryByRole('group')).toBeNull();
  });

  it('are the default ones if the prop is undefined', () => {
    renderBell(createFakeClient([notification(1)]), { filters: undefined });
    open();
    expect(pressed()).toEqual(['All']);
  });
});
