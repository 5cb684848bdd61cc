// @vitest-environment happy-dom
import { act, fireEvent, render, screen } from '@testing-library/react';
import { createElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { listOf, queryOf } from '../../../client/src/filter.ts';
import { tabs } from '../../../client/src/react/tabs.tsx';
import {
  NotificationBell,
  type NotificationBellProps,
  NotificationProvider,
} from '../../../client/src/react.ts';
import { fakeOf, renderPage, testEveryProp, throwing, watchConsole } from './any-prop.tsx';
import { bell, items, open } from './render-bell.tsx';

watchConsole();

// All values are in test/slow/client/props.test.tsx.
testEveryProp([undefined, null, {}, throwing]);

describe('what cannot be used', () => {
  const one = (given: object, fake = fakeOf()) => {
    renderPage(fake, <NotificationBell {...(given as NotificationBellProps)} />);
    return fake;
  };

  it.each([
    ['labels', { labels: { bell: undefined } }],
    ['labels', { labels: { bell: throwing } }],
    ['labels', { labels: { bell: () => undefined } }],
    ['labels', { labels: null }],
    ['components', { components: { Trigger: undefined, Badge: undefined } }],
    ['components', { components: { Trigger: throwing } }],
  ])('is the default in %s', (_, given) => {
    one(given);
    expect(bell().getAttribute('aria-label')).toBe('Notifications, 2 unread, 2 new');
    open();
    expect(screen.getByText('Mark all as read')).toBeDefined();
  });

  it('is the language of the page', () => {
    document.documentElement.lang = 'de';
    const row = notification(1, { created_at: new Date().toISOString() });
    one({ locale: 'en_US' }, createFakeClient([row]));
    open();
    expect(screen.getAllByText('jetzt')).toHaveLength(1);
  });

  it('keeps the other texts of a group', () => {
    one({ labels: { views: { all: 'Everything' } } });
    open();
    expect(screen.getByText('Everything')).toBeDefined();
    expect(screen.getByText('Archived')).toBeDefined();
  });

  it('is a plain link if the link of the app throws or is none', () => {
    one({ renderLink: throwing });
    open();
    expect(items()[0]?.querySelector('a')?.getAttribute('href')).toBe('/x');
  });

  it.each([
    ['an object', { booking: { alt: 'Ticket' } }],
    ['what a function returns', () => ({ alt: 'Ticket' })],
    ['an element that throws', { booking: createElement(throwing) }],
  ])('is an icon that is missing alone, and its item stays: %s', (_, icons) => {
    one({ icons });
    open();
    expect(items()).toHaveLength(2);
  });

  it('is a status of a filter that is no list', () => {
    const filter = { status: 'unread' } as const;
    // The cast: an app without types.
    one({ filters: tabs([{ label: 'New', filter: filter as never }]) });
    open();
    expect(items()).toHaveLength(2);
    expect(screen.getByText('New').getAttribute('aria-pressed')).toBe('true');
    expect(queryOf(listOf(filter as never))).toEqual({ status: 'unread' });
  });

  it.each(['x', {}, true])('is a client of the provider: %j', (client) => {
    render(
      // The cast: an app without types.
      <NotificationProvider client={client as never}>
        <NotificationBell />
      </NotificationProvider>,
    );
    expect(bell()).toBeDefined();
  });

  it('says so once in a development build', () => {
    one({ labels: { unarchive: 7 } });
    open();
    const said = vi.mocked(console.warn).mock.calls.filter(([text]) => String(text).includes('"unarchive"'));
    expect(said).toHaveLength(1);
  });

  it('says nothing in a production build, and needs no process', () => {
    vi.stubEnv('NODE_ENV', 'production');
    one({ nonce: 7 });
    vi.stubGlobal('process', undefined);
    one({ nonce: 7 });
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    expect(console.warn).not.toHaveBeenCalled();
  });
});

function Fragile({ notification: { id, title } }: { notification: { id: number; title: string } }) {
  if (title === 'Broken') throw new Error('A mistake of the app.');
  return (
    <button type="button" data-id={id}>
      {title}
    </button>
  );
}

describe('an item that throws', () => {
  it('is lost alone, is no stop for the keys, and is tried again when its notification changes', () => {
    const rows = [3, 2, 1].map((id) => notification(id, id === 2 ? { title: 'Broken' } : {}));
    const fake = createFakeClient(rows);
    renderPage(fake, <NotificationBell components={{ Item: Fragile }} />);
    open();
    expect(items().map((item) => item.textContent)).toEqual(['Title 3', 'Title 1']);
    for (const _ of ['Title 3', 'Title 1']) {
      fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' });
    }
    expect(document.activeElement?.textContent).toBe('Title 1');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'e' });
    expect(fake.calls).toEqual(['archive 1']);
    act(() => fake.arrive(notification(4)));
    expect(items()).toHaveLength(2);
    act(() => {
      fake.lose(2);
      fake.arrive(notification(2, { title: 'Whole', version: 9 }));
    });
    expect(screen.getByText('Whole')).toBeDefined();
  });
});

describe('the types', () => {
  it('let an app pass undefined for everything, also inside of groups', () => {
    const given: NotificationBellProps = {
      theme: undefined,
      locale: undefined,
      labels: { bell: undefined, views: { all: undefined, unread: 'New' }, empty: undefined },
      components: { Badge: undefined },
      open: undefined,
      placement: undefined,
    };
    renderPage(fakeOf(), <NotificationBell {...given} />);
    expect(bell()).toBeDefined();
    // @ts-expect-error A place that does not exist.
    void ({ placement: 'middle' } satisfies NotificationBellProps);
    // @ts-expect-error A text in place of a function.
    void ({ labels: { bell: 'Bell' } } satisfies NotificationBellProps);
  });
});
