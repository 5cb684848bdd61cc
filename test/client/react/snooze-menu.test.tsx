// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { snoozeMenu } from '../../../client/src/react/snooze-menu.tsx';
import { tabs } from '../../../client/src/react/tabs.tsx';
import { bell, items, open, opener, pageWithBell, press, renderBell } from './render-bell.tsx';

/** A Tuesday. */
const noon = new Date(2026, 11, 1, 12);
const props = { itemParts: [snoozeMenu()], locale: 'en-GB' };
const three = () => [3, 2, 1].map((id) => notification(id));

const button = (title = 'Title 3') => {
  const item = opener(title).closest<HTMLElement>('.belfry-item');
  if (!item) throw new Error(`There is no item "${title}".`);
  return within(item).getByRole('button', { name: 'Snooze' });
};
const menu = () => screen.queryByRole('menu');
const choices = () => screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
const choose = (name: RegExp) => act(async () => fireEvent.click(screen.getByRole('menuitem', { name })));
const titles = () => items().map((item) => item.querySelector('.belfry-name')?.textContent);

describe('the snooze menu', () => {
  let fake: ReturnType<typeof createFakeClient>;
  beforeEach(() => {
    vi.useFakeTimers({ now: noon });
    fake = createFakeClient(three());
  });

  function openMenu() {
    renderBell(fake, props);
    open();
    fireEvent.click(button());
  }

  it('is a button of each item that opens a menu with the times', () => {
    renderBell(fake, props);
    open();
    expect(button().getAttribute('aria-haspopup')).toBe('menu');
    expect(button().getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(button());
    expect(button().getAttribute('aria-expanded')).toBe('true');
    expect(button().getAttribute('aria-controls')).toBe(menu()?.id);
    expect(menu()?.getAttribute('aria-label')).toBe('Snooze');
    expect(choices()).toEqual([
      'In an hour 13:00',
      'This evening 18:00',
      'Tomorrow Wed 09:00',
      'Next week Mon 09:00',
    ]);
    expect(document.activeElement?.textContent).toBe('In an hour 13:00');
  });

  it('puts the notification off, and offers to undo that', async () => {
    openMenu();
    await choose(/Tomorrow/);
    expect(titles()).toEqual(['Title 2', 'Title 1']);
    expect(fake.calls).toEqual(['POST 3/snooze']);
    expect(document.querySelector('.belfry-undo')?.textContent).toBe('Snoozed until Wed 09:00Undo');
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Undo' })));
    expect(titles()).toEqual(['Title 3', 'Title 2', 'Title 1']);
    expect(fake.calls).toEqual(['POST 3/snooze', 'POST 3/unsnooze']);
  });

  it('leaves the focus in the list', async () => {
    openMenu();
    await choose(/evening/);
    expect(document.activeElement).toBe(opener('Title 2'));
    await act(async () => press('z'));
    expect(fake.calls).toEqual(['POST 3/snooze', 'POST 3/unsnooze']);
  });

  it('offers no undo for a snooze that has failed', async () => {
    fake.client.changeOne = async () => false;
    openMenu();
    await choose(/evening/);
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('undoes the last one alone, and no archive before it', async () => {
    renderBell(fake, props);
    open();
    act(() => opener('Title 3').focus());
    await act(async () => press('e'));
    fireEvent.click(button('Title 2'));
    await choose(/evening/);
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Undo' })));
    expect(titles()).toEqual(['Title 2', 'Title 1']);
    expect(fake.calls).toEqual(['archive 3', 'POST 2/snooze', 'POST 2/unsnooze']);
  });

  it('moves by the arrows, Home and End, in a circle', () => {
    openMenu();
    const focused = () => document.activeElement?.firstChild?.textContent;
    const moves = ['ArrowDown', 'End', 'ArrowDown', 'ArrowUp', 'Home', 'ArrowDown'].map((key) => {
      act(() => press(key));
      return focused();
    });
    expect(moves).toEqual([
      'This evening',
      'Next week',
      'In an hour',
      'Next week',
      'In an hour',
      'This evening',
    ]);
  });

  it('is closed alone by Escape, and gives the focus back', () => {
    openMenu();
    act(() => press('Escape'));
    expect(menu()).toBeNull();
    expect(document.activeElement).toBe(button());
    act(() => press('Escape'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it.each(['e', 'Delete', 'z'])('does not take %s for a key of the list', (key) => {
    openMenu();
    act(() => press(key));
    expect(fake.calls).toEqual([]);
    expect(menu()).not.toBeNull();
  });

  it('closes by Tab, by its button, and when the focus goes elsewhere', () => {
    openMenu();
    act(() => press('Tab'));
    expect(menu()).toBeNull();
    fireEvent.click(button());
    // If the press is not held back, the focus leaves the menu, and the click would open it again.
    expect(fireEvent.mouseDown(button())).toBe(false);
    fireEvent.click(button());
    expect(menu()).toBeNull();
    fireEvent.click(button());
    act(() => opener('Title 1').focus());
    expect(menu()).toBeNull();
    expect(screen.getByRole('dialog')).toBeDefined();
  });

  it('is as reachable by Tab as its item', () => {
    renderBell(fake, props);
    open();
    expect(button('Title 3').tabIndex).toBe(0);
    expect(button('Title 2').tabIndex).toBe(-1);
  });

  it('has the texts and the language of the app', async () => {
    renderBell(fake, {
      locale: 'de',
      itemParts: [
        snoozeMenu({ labels: { snooze: 'Später', tomorrow: 'Morgen', snoozed: (time) => `Bis ${time}` } }),
      ],
    });
    open();
    fireEvent.click(screen.getAllByRole('button', { name: 'Später' })[0] as HTMLElement);
    expect(choices()).toContain('Morgen Mi., 09:00');
    await choose(/Morgen/);
    expect(document.querySelector('.belfry-undo')?.textContent).toContain('Bis Mi., 09:00');
  });

  it('stays open if its part is made in each render', () => {
    const { rerender } = renderBell(fake, { itemParts: [snoozeMenu()] });
    open();
    fireEvent.click(button());
    rerender(pageWithBell(fake, { itemParts: [snoozeMenu()] }));
    expect(menu()).not.toBeNull();
  });

  it('is not there for what is archived', () => {
    fake = createFakeClient([notification(1, { status: 'archived' })], { filter: { status: ['archived'] } });
    renderBell(fake, props);
    open();
    expect(screen.queryByRole('button', { name: 'Snooze' })).toBeNull();
  });
});

describe('what is snoozed', () => {
  const sleeping = () =>
    notification(1, { status: 'snoozed', snoozed_until: new Date(2026, 11, 2, 9).toISOString() });
  beforeEach(() => void vi.useFakeTimers({ now: noon }));

  it('is in a filter of its own, with the time at which it wakes', () => {
    renderBell(createFakeClient([notification(2), sleeping()]), props);
    open();
    expect(titles()).toEqual(['Title 2']);
    fireEvent.click(screen.getByRole('button', { name: 'Snoozed' }));
    expect(titles()).toEqual(['Title 1']);
    expect(screen.getByText('Snoozed until Wed 09:00').getAttribute('datetime')).toMatch(/^2026-12-0/);
    expect(screen.getByRole('button', { name: 'Snoozed' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('can be woken now', async () => {
    const fake = createFakeClient([sleeping()], { filter: { status: ['snoozed'] } });
    renderBell(fake, props);
    open();
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Wake now' })));
    expect(fake.calls).toEqual(['POST 1/unsnooze']);
    expect(screen.getByText('Nothing snoozed')).toBeDefined();
  });

  it('can be snoozed until another time', async () => {
    const fake = createFakeClient([sleeping()], { filter: { status: ['snoozed'] } });
    renderBell(fake, props);
    open();
    fireEvent.click(button('Title 1'));
    await choose(/Next week/);
    expect(screen.getByText('Snoozed until Mon 09:00', { selector: 'time' })).toBeDefined();
  });

  it('has no filter without the menu, and may be one of the tabs', () => {
    const { rerender } = renderBell(createFakeClient([sleeping()]));
    open();
    expect(screen.queryByRole('button', { name: 'Snoozed' })).toBeNull();
    const list = [
      { label: 'New', filter: {} },
      { label: 'Later', filter: { status: ['snoozed'] as const } },
    ];
    rerender(pageWithBell(createFakeClient([sleeping()]), { ...props, filters: tabs(list) }));
    fireEvent.click(screen.getByRole('button', { name: 'Later' }));
    expect(screen.getByText('Snoozed until Wed 09:00')).toBeDefined();
    fireEvent.click(bell());
  });
});
