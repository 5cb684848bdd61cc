import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, vi } from 'vitest';
import type { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { loadInbox } from '../../../client/src/react/lazy-inbox.tsx';
import {
  NotificationBell,
  type NotificationBellProps,
  NotificationProvider,
} from '../../../client/src/react.ts';

// As on a page that has been open for a moment.
await loadInbox();

/** Renders the bell in strict mode, beside a button that is not its own. */
export function renderBell(fake: ReturnType<typeof createFakeClient>, props: NotificationBellProps = {}) {
  return render(pageWithBell(fake, props));
}

/** What `renderBell` renders. */
export function pageWithBell(fake: ReturnType<typeof createFakeClient>, props: NotificationBellProps = {}) {
  return (
    <StrictMode>
      <NotificationProvider client={fake.client}>
        <NotificationBell {...props} />
        <button type="button">Elsewhere</button>
      </NotificationProvider>
    </StrictMode>
  );
}

export const bell = () => screen.getByRole('button', { name: /^Notifications/ });

export const items = () => screen.queryAllByRole('listitem');

/** Opens the bell and answers its dialog. */
export function open(): HTMLElement {
  fireEvent.click(bell());
  return screen.getByRole('dialog', { name: 'Notifications' });
}

/** What opens the notification: its link, or the button where it has none. */
export function opener(title: string): HTMLElement {
  const element = screen.getByText(title).closest<HTMLElement>('a,button');
  if (!element) throw new Error(`Nothing opens “${title}”.`);
  return element;
}

/** Presses a key where the focus is. */
export function press(key: string): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
}

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.title = '';
  document.documentElement.lang = '';
});
