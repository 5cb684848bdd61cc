import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NotificationBell, NotificationProvider } from 'belfry/react';
import { byDay } from 'belfry/react/by-day';
import { NotificationPreferences } from 'belfry/react/preferences';
import { tabs } from 'belfry/react/tabs';
import { TitleBadge } from 'belfry/react/title-badge';
import { NotificationToaster } from 'belfry/react/toaster';

const filters = tabs([{ label: 'Everything', filter: {} }]);

const firstPage = {
  user_id: '0b5e55ed-0000-4000-8000-000000000001',
  data: [
    {
      id: 1,
      position: 1,
      user_id: '0b5e55ed-0000-4000-8000-000000000001',
      actor_id: null,
      title: 'Your seat is confirmed',
      body: 'Row F, seat 12.',
      metadata: { route: '/bookings/981' },
      channel: 'in_app',
      scope: null,
      status: 'unread',
      created_at: '2026-03-01T20:00:00.000Z',
      updated_at: '2026-03-01T20:00:00.000Z',
      version: 1,
    },
  ],
  next_cursor: null,
  unread_count: 1,
  unseen_count: 1,
  scopes: {},
  version: 1,
};

test('the bell opens a dialog with the notifications, and the other parts have its client', async () => {
  const user = userEvent.setup();
  const opened = [];
  render(
    <NotificationProvider
      apiUrl="https://api.example.com"
      webSocketUrl="wss://socket.example.com"
      userId={firstPage.user_id}
      getToken={() => new Promise(() => {})}
      initialData={firstPage}
    >
      <NotificationBell filters={filters} groupBy={byDay} onNavigate={(href) => opened.push(href)} />
      <TitleBadge />
      <NotificationToaster />
      <NotificationPreferences />
    </NotificationProvider>,
  );
  expect(document.title).toMatch(/^\(1\)/);
  await user.click(screen.getByRole('button', { name: 'Notifications, 1 unread, 1 new' }));
  screen.getByRole('dialog', { name: 'Notifications' });
  await screen.findByText('Everything');
  screen.getByRole('region', { name: 'Notification settings' });
  expect(document.title).not.toMatch(/^\(1\)/);
  await user.click(screen.getByRole('link', { name: /Your seat is confirmed/ }));
  expect(opened).toEqual(['/bookings/981']);
  await user.click(screen.getByRole('button', { name: /^Notifications/ }));
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
});
