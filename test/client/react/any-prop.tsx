import { act, fireEvent, render, screen } from '@testing-library/react';
import type { ComponentProps, ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';

export const throwing = () => {
  throw new Error('A mistake of the app.');
};

/** What an app without types may give as any prop. */
export const anyValues = [
  undefined,
  null,
  '',
  0,
  Number.NaN,
  {},
  [],
  'x',
  throwing,
  () => undefined,
  () => ({}),
  Symbol('x'),
  Object.create(null),
];
const labels = ['title', 'bell', 'filter', 'views', 'empty', 'markAllAsRead', 'loading', 'failed', 'arrived'];
const parts = [
  'Trigger',
  'BellIcon',
  'Badge',
  'Header',
  'Filters',
  'Item',
  'Empty',
  'Loading',
  'Notice',
  'More',
];
const props: Record<string, (value: unknown) => object> = {
  ...Object.fromEntries(
    [
      ...[
        'theme',
        'nonce',
        'labels',
        'locale',
        'components',
        'renderLink',
        'onNavigate',
        'onNotificationClick',
      ],
      ...['open', 'defaultOpen', 'onOpenChange', 'placement', 'sound', 'icons', 'groupBy', 'filters'],
      ...['badge', 'catalogue', 'renderers', 'itemParts'],
    ].map((name) => [name, (value: unknown) => ({ [name]: value })]),
  ),
  'renderers.booking': (value) => ({ renderers: { booking: value } }),
  ...Object.fromEntries(
    labels.map((name) => [`labels.${name}`, (value: unknown) => ({ labels: { [name]: value } })]),
  ),
  'labels.views.all': (value) => ({ labels: { views: { all: value } } }),
  'labels.empty.all': (value) => ({ labels: { empty: { all: value } } }),
  ...Object.fromEntries(
    parts.map((name) => [`components.${name}`, (value: unknown) => ({ components: { [name]: value } })]),
  ),
};

export const fakeOf = () =>
  createFakeClient([notification(2, { metadata: { route: '/x', type: 'booking' } }), notification(1)], {
    older: [notification(0)],
  });

export function renderPage(fake: ReturnType<typeof createFakeClient>, children: ReactNode) {
  return render(
    <NotificationProvider client={fake.client}>
      <main>The page</main>
      {children}
    </NotificationProvider>,
  );
}

/** With fake timers and a silent console. */
export function watchConsole(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => vi.restoreAllMocks());
}

/** Tests that each prop may have each of these values. */
export function testEveryProp(values: readonly unknown[]): void {
  describe.each(Object.keys(props))('the prop %s', (name) => {
    it.each(values)('never removes the page, also if it is %s', (value) => {
      const given = props[name]?.(value) as ComponentProps<typeof NotificationBell>;
      const fake = fakeOf();
      const { unmount } = renderPage(
        fake,
        <>
          <NotificationBell {...given} />
          <NotificationInbox {...given} />
        </>,
      );
      const click = (selector: string) => {
        const element = document.querySelector(selector);
        if (element) fireEvent.click(element);
      };
      click('[aria-haspopup]');
      act(() => fake.arrive(notification(3)));
      act(() => fake.render({ status: 'offline' }));
      act(() => vi.advanceTimersByTime(1_000));
      click('.belfry-item a');
      click('.belfry-item button');
      click('[aria-haspopup]');
      act(() => fake.render({ isLoading: true }));
      expect(screen.getByText('The page')).toBeDefined();
      unmount();
    });
  });
}
