// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationError } from '../../../client/src/error.ts';
import { actionButtons } from '../../../client/src/react/action-buttons.tsx';
import type { NotificationBellProps } from '../../../client/src/react.ts';
import { open, opener, press, renderBell } from './render-bell.tsx';

const actions = [
  { id: 'accept', label: 'Accept' },
  { id: 'decline', label: 'Decline' },
  { id: 'seats', label: 'Show the seats', route: '/seats' },
];
const asked = (fields = {}) => notification(1, { actions, ...fields });
const named = (name: string) =>
  screen.queryByRole('button', { name }) ?? screen.queryByRole('link', { name });
const click = (name: string) => act(async () => void fireEvent.click(named(name) as HTMLElement));
const outcome = () => document.querySelector('.belfry-outcome span[aria-hidden]')?.textContent;

function show(fake: ReturnType<typeof createFakeClient>, props: NotificationBellProps = {}) {
  renderBell(fake, { itemParts: [actionButtons()], ...props });
  open();
}

describe('the buttons of a notification', () => {
  let fake: ReturnType<typeof createFakeClient>;
  beforeEach(() => {
    fake = createFakeClient([asked(), notification(0)]);
  });

  it('are shown below its texts, and not at a notification that has none', () => {
    show(fake);
    expect(actions.map(({ label }) => named(label)?.textContent)).toEqual([
      'Accept',
      'Decline',
      'Show the seats',
    ]);
    expect(document.querySelectorAll('.belfry-choices')).toHaveLength(1);
  });

  it('show the one that was pressed as the outcome, and say so to screen readers', async () => {
    show(fake);
    const status = document.querySelector('.belfry-outcome');
    expect(status?.getAttribute('role')).toBe('status');
    await click('Decline');
    expect(fake.calls).toEqual(['POST 1/actions/decline']);
    expect(outcome()).toBe('Decline');
    expect(document.querySelector('.belfry-outcome')).toBe(status);
    expect(status?.textContent).toContain('Your answer: Decline');
    expect(named('Accept')).toBeNull();
  });

  it('show it before the service has answered', async () => {
    fake.client.changeOne = () => new Promise(() => {});
    show(fake);
    await click('Accept');
    expect(outcome()).toBe('Accept');
  });

  it('come back by undo, and keep the focus meanwhile', async () => {
    show(fake);
    act(() => named('Accept')?.focus());
    await click('Accept');
    expect(document.activeElement).toBe(named('Undo'));
    await click('Undo');
    expect(fake.calls).toEqual(['POST 1/actions/accept', 'DELETE 1/actions/accept']);
    expect(document.activeElement).toBe(named('Accept'));
    expect(outcome()).toBeUndefined();
  });

  it('show the outcome of another device at once', () => {
    show(fake);
    act(() => fake.update(1, { action_id: 'accept' }));
    expect(outcome()).toBe('Accept');
  });

  it('say that another one was pressed before, and ask which one', async () => {
    fake.client.changeOne = async () => {
      fake.render({ error: new NotificationError('action_taken', 'Taken.', { status: 409 }) });
      return false;
    };
    show(fake);
    fake.client.refresh = async () => fake.update(1, { action_id: 'accept' });
    await click('Decline');
    expect(outcome()).toBe('Accept');
    expect(screen.getByText('Answered on another device')).toBeDefined();
    // The inbox has nothing to add to it, and trying again does not help.
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('are there again if a press has failed, and say so', async () => {
    fake.client.changeOne = async () => {
      fake.render({ error: new NotificationError('network', 'no answer') });
      return false;
    };
    show(fake);
    await click('Accept');
    expect(named('Accept')).not.toBeNull();
    expect(screen.getByText('That did not work. Try again.')).toBeDefined();
  });

  it('are as reachable by Tab as their item, and leave the arrows to the list', () => {
    show(createFakeClient([notification(2), asked()]));
    expect(named('Accept')?.tabIndex).toBe(-1);
    act(() => opener('Title 1').focus());
    expect(named('Accept')?.tabIndex).toBe(0);
    act(() => named('Accept')?.focus());
    act(() => press('ArrowUp'));
    expect(document.activeElement).toBe(opener('Title 2'));
  });

  it('have the texts of the app', async () => {
    show(fake, {
      itemParts: [actionButtons({ labels: { undo: 'Zurück', pressed: (label) => `Antwort: ${label}` } })],
    });
    await click('Accept');
    expect(named('Zurück')).not.toBeNull();
    expect(screen.getByText('Antwort: Accept')).toBeDefined();
  });

  it('are not there while it is snoozed, and its outcome stays', () => {
    const rows = [
      asked({ status: 'snoozed' }),
      notification(2, { actions, action_id: 'accept', status: 'snoozed' }),
    ];
    show(createFakeClient(rows, { filter: { status: ['snoozed'] } }));
    expect(screen.queryByRole('button', { name: 'Decline' })).toBeNull();
    expect(named('Undo')).toBeNull();
    expect(screen.getAllByText('Accept')).toHaveLength(1);
  });
});

describe('a button with a link', () => {
  it('is a link, records that it was pressed, and is opened as the notification is', async () => {
    const fake = createFakeClient([asked()]);
    const onNavigate = vi.fn();
    show(fake, { onNavigate });
    const link = named('Show the seats');
    expect(link?.getAttribute('href')).toBe('/seats');
    await click('Show the seats');
    expect(fake.calls).toEqual(['POST 1/actions/seats']);
    expect(onNavigate).toHaveBeenCalledExactlyOnceWith(
      '/seats',
      expect.objectContaining({ id: 1, metadata: {} }),
    );
    // As after a click on the notification.
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('leaves the site in another tab', () => {
    show(
      createFakeClient([asked({ actions: [{ id: 'a', label: 'Invoice', url: 'https://bank.example/1' }] })]),
    );
    expect(named('Invoice')?.getAttribute('href')).toBe('https://bank.example/1');
    expect(named('Invoice')?.getAttribute('target')).toBe('_blank');
    expect(named('Invoice')?.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it.each([
    { route: '//evil.example' },
    { route: '/a/..//evil.example' },
    { url: 'javascript:alert(1)' },
    { url: 'http://bank.example' },
    { url: 'https://bank.example@evil.example' },
  ])('is a mere button if the link is not safe: %j', async (to) => {
    const fake = createFakeClient([asked({ actions: [{ id: 'a', label: 'Go', ...to }] })]);
    show(fake);
    expect(named('Go')?.tagName).toBe('BUTTON');
    await click('Go');
    expect(fake.calls).toEqual(['POST 1/actions/a']);
  });
});

describe('parts that an app without types gives', () => {
  it.each([[[null, false, undefined, 7, 'x']], ['x'], [{}], [() => 'x']])(
    'count for nothing: %j',
    (itemParts) => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      // The cast: an app without types.
      show(createFakeClient([asked()]), { itemParts: itemParts as never });
      expect(opener('Title 1')).toBeDefined();
      vi.restoreAllMocks();
    },
  );
});
