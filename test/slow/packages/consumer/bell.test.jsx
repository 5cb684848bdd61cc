import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NotificationBell, NotificationProvider } from 'belfry/react';

const firstPage = {
  user_id: '0b5e55ed-0000-4000-8000-000000000001',
  data: [
    {
      id: 1,
      user_id: '0b5e55ed-0000-4000-8000-000000000001',
      actor_id: null,
      title: 'Your seat is confirmed',
      body: 'Row F, seat 12.',
      metadata: { route: '/bookings/981' },
      channel: 'in_app',
      status: 'unread',
      created_at: '2026-03-01T20:00:00.000Z',
      updated_at: '2026-03-01T20:00:00.000Z',
      version: 1,
    },
  ],
  next_cursor: null,
  unread_count: 1,
  version: 1,
};

test('the bell opens a dialog with the notifications', async () => {
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
      <NotificationBell onNavigate={(href) => opened.push(href)} />
    </NotificationProvider>,
  );
  await user.click(screen.getByRole('button', { name: 'Notifications, 1 unread' }));
  screen.getByRole('dialog', { name: 'Notifications' });
  await user.click(screen.getByRole('link', { name: /Your seat is confirmed/ }));
  expect(opened).toEqual(['/bookings/981']);
  await user.click(screen.getByRole('button', { name: /^Notifications/ }));
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
});
