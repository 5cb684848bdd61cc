// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import type { NotificationBellProps } from '../../../client/src/react.ts';
import type { Notification } from '../../../client/src/wire.ts';
import { items, open, renderBell } from './render-bell.tsx';

describe('the icon of an item', () => {
  const ofType = (type: unknown, more = {}) => notification(1, { metadata: { type, ...more } });
  const icons = { booking: <b>ticket</b> };

  /** What is drawn beside the notification: the address of an image, or a text. */
  function iconOf(shown: Notification, props: NotificationBellProps = {}) {
    renderBell(createFakeClient([shown]), props);
    open();
    const [avatar] = document.querySelectorAll('.belfry-avatar');
    return avatar?.querySelector('img')?.getAttribute('src') ?? avatar?.textContent;
  }

  it.each([
    ['of its type', ofType('booking'), { icons }, 'ticket'],
    ['of its own before that', ofType('booking', { icon: '/a.png' }), { icons }, '/a.png'],
    ['that a function answers, before all', ofType('booking', { icon: '/a.png' }), { icons: () => 'A' }, 'A'],
    [
      'of its own if the function has none',
      ofType('booking', { icon: '/a.png' }),
      { icons: () => undefined },
      '/a.png',
    ],
    [
      'that is nothing by the function',
      ofType('booking', { icon: '/a.png' }),
      { icons: () => null },
      undefined,
    ],
    ['that is nothing if it has no type', notification(1), { icons }, undefined],
    ['that is nothing if nothing is given', ofType('booking'), {}, undefined],
    ['that is nothing for a type that every object has', ofType('constructor'), { icons }, undefined],
    [
      'that is nothing for a type that every function has',
      ofType('name'),
      { icons: () => undefined },
      undefined,
    ],
    ['that is nothing for a type that is no text', ofType({}), { icons }, undefined],
    [
      'of the type if its own is not safe',
      ofType('booking', { icon: '//evil.example/a.png' }),
      { icons },
      'ticket',
    ],
  ])('is the one %s', (_, shown, props, icon) => {
    expect(iconOf(shown, props)).toBe(icon);
  });

  it('is the avatar of the actor, by a function', () => {
    const shown = notification(1, { actor_id: '0b5e55ed-0000-4000-8000-000000000002' });
    const icons = ({ actor_id }: Notification) => actor_id && <img src={`/people/${actor_id}`} alt="" />;
    expect(iconOf(shown, { icons })).toBe('/people/0b5e55ed-0000-4000-8000-000000000002');
  });

  it('says nothing of this page to where the image is, and nothing to screen readers', () => {
    iconOf(ofType('x', { image: 'https://cdn.example/a.png' }));
    const image = document.querySelector('.belfry-avatar img');
    expect(image?.getAttribute('alt')).toBe('');
    expect(image?.getAttribute('referrerpolicy')).toBe('no-referrer');
    expect(image?.getAttribute('loading')).toBe('lazy');
    expect(document.querySelector('.belfry-avatar')?.getAttribute('aria-hidden')).toBe('true');
  });

  it('becomes that of the type if the image is broken, and keeps its place if there is none', () => {
    const broken = { image: '/gone.png' };
    renderBell(
      createFakeClient([
        notification(2, { metadata: { type: 'booking', ...broken } }),
        notification(1, { metadata: broken }),
      ]),
      { icons },
    );
    open();
    for (const image of document.querySelectorAll('.belfry-avatar img')) fireEvent.error(image);
    const avatars = items().map((item) => item.querySelector('.belfry-avatar')?.textContent);
    expect(avatars).toEqual(['ticket', '']);
    expect(document.querySelector('.belfry-avatar img')).toBeNull();
  });
});

describe('title and body', () => {
  it('are the title alone if there is no body', () => {
    renderBell(createFakeClient([notification(1, { title: 'A title is enough', body: '' })]));
    open();
    expect(screen.getByText('A title is enough')).toBeDefined();
    expect(document.querySelector('.belfry-body')).toBeNull();
  });

  it('have the direction of their own first letters, or that of the page if they have none', () => {
    renderBell(createFakeClient([notification(1, { title: 'שלום', body: '7 + 7 = 14' })]));
    open();
    expect(screen.getByText('שלום').getAttribute('dir')).toBe('auto');
    expect(screen.getByText('7 + 7 = 14').hasAttribute('dir')).toBe(false);
  });
});
