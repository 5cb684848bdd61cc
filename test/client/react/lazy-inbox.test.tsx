// @vitest-environment happy-dom
import { fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { patience } from '../../support/patience.ts';

/** What the network answers to each request for the module of the inbox, in their order. */
const answers = vi.hoisted(() => [0, 1, 2].map(() => Promise.withResolvers<void>()));
const network = vi.hoisted(() => ({ requests: 0 }));

vi.mock('../../../client/src/react/inbox.tsx', async (importOriginal) => {
  network.requests += 1;
  await answers[network.requests - 1]?.promise;
  return importOriginal();
});

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const dialog = () => screen.getByRole('dialog', { name: 'Notifications' });
const hasFocus = () => dialog().contains(document.activeElement);

it('loads the module of the inbox after the first paint, says when that fails, and tries again', async () => {
  const { client } = createFakeClient([notification(1, { title: 'Your seat' })]);
  render(
    <StrictMode>
      <NotificationProvider client={client}>
        <NotificationBell />
      </NotificationProvider>
    </StrictMode>,
  );
  await vi.waitFor(() => expect(network.requests).toBe(1), patience);

  // Before it is there, an open bell says so, and has its name and the focus.
  press(/^Notifications/);
  expect(dialog().textContent).toContain('Loading…');
  expect(hasFocus()).toBe(true);
  answers[0]?.reject(new TypeError('Failed to fetch dynamically imported module'));
  await screen.findByText('That did not work', {}, patience);
  expect(hasFocus()).toBe(true);

  // The button asks again.
  press('Try again');
  expect(dialog().textContent).toContain('Loading…');
  expect(hasFocus()).toBe(true);
  await vi.waitFor(() => expect(network.requests).toBe(2), patience);
  answers[1]?.reject(new TypeError('Failed to fetch dynamically imported module'));
  await screen.findByText('That did not work', {}, patience);

  // So does the next opening.
  fireEvent.keyDown(dialog(), { key: 'Escape' });
  expect(screen.queryByRole('dialog')).toBeNull();
  press(/^Notifications/);
  await vi.waitFor(() => expect(network.requests).toBe(3), patience);
  answers[2]?.resolve();
  await screen.findByText('Your seat', {}, patience);
  expect(screen.queryByText('Loading…')).toBeNull();
  expect(hasFocus()).toBe(true);

  // From then on, it is there at once.
  fireEvent.keyDown(dialog(), { key: 'Escape' });
  press(/^Notifications/);
  expect(dialog().textContent).toContain('Your seat');
});
