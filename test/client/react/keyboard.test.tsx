// @vitest-environment happy-dom
import { act, fireEvent, render, screen } from '@testing-library/react';
import { useLayoutEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationError } from '../../../client/src/index.ts';
import { bell, items, open, opener, pageWithBell, press, renderBell } from './render-bell.tsx';

/** A page that gives an opener the focus when it has rendered, before the effects of that. */
function PageWithFocus({ fake, focused }: { fake: ReturnType<typeof createFakeClient>; focused?: string }) {
  useLayoutEffect(() => {
    if (focused) opener(focused).focus();
  }, [focused]);
  return pageWithBell(fake);
}

describe('the keyboard', () => {
  const three = () => createFakeClient([notification(3), notification(2), notification(1)]);

  it('finds the focus in the dialog when it opens', () => {
    renderBell(three());
    expect(open().contains(document.activeElement)).toBe(true);
  });

  it('moves by arrows, Home and End, with one item in the tab order', () => {
    renderBell(three());
    open();
    const walk = ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowDown', 'Home'].map((name) => {
      press(name);
      return document.activeElement?.querySelector('.belfry-name')?.lastChild?.textContent;
    });
    expect(walk).toEqual(['Title 3', 'Title 2', 'Title 3', 'Title 1', 'Title 1', 'Title 3']);
    expect(items().map((item) => item.querySelector('a,button')?.getAttribute('tabindex'))).toEqual([
      '0',
      '-1',
      '-1',
    ]);
  });

  it.each(['Delete', 'e'])('archives by %s, and stays at the place in the list', (name) => {
    const fake = three();
    renderBell(fake);
    open();
    press('ArrowDown');
    press('ArrowDown');
    press(name);
    expect(fake.calls).toEqual(['archive 2']);
    expect(document.activeElement).toBe(opener('Title 1'));
  });

  it('archives the item with the focus also if the inbox renders at the moment that it gets it', () => {
    const fake = three();
    const { rerender } = render(<PageWithFocus fake={fake} />);
    open();
    press('ArrowDown');
    rerender(<PageWithFocus fake={fake} focused="Title 2" />);
    press('Delete');
    expect(fake.calls).toEqual(['archive 2']);
  });

  it('stays at the last item when the one below has gone', () => {
    const fake = three();
    renderBell(fake);
    open();
    press('End');
    act(() => fake.lose(1));
    expect(document.activeElement).toBe(opener('Title 2'));
  });

  it('stays in the dialog when the list is empty', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    const dialog = open();
    press('ArrowDown');
    press('e');
    expect(dialog.contains(document.activeElement)).toBe(true);
  });

  /** As Enter does in a browser. */
  const pressButton = (name: string) => {
    const [button] = screen.getAllByRole('button', { name });
    if (!button) throw new Error(`Nothing is called “${name}”.`);
    act(() => button.focus());
    fireEvent.click(button);
  };

  it('stays on a button that marks as read, and as unread after that', () => {
    const fake = three();
    renderBell(fake);
    open();
    press('ArrowDown');
    pressButton('Mark as read');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Mark as unread');
    pressButton('Mark as unread');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Mark as read');
    expect(fake.calls).toEqual(['markAsRead 3', 'markAsUnread 3']);
    press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('comes to the list when the button that tries again has worked and is gone', () => {
    const fake = createFakeClient([notification(2), notification(1)], {
      error: new NotificationError('network', 'No answer.'),
    });
    renderBell(fake);
    open();
    pressButton('Try again');
    act(() => fake.render({ error: null }));
    expect(document.activeElement).toBe(opener('Title 2'));
    press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('comes back to the item it came from when there is nothing older to show', () => {
    const fake = createFakeClient([notification(3), notification(2)], { older: [notification(1)] });
    renderBell(fake);
    open();
    press('End');
    pressButton('Show older');
    expect(items()).toHaveLength(3);
    expect(document.activeElement).toBe(opener('Title 2'));
  });

  it('stays with the list while another window is in front', () => {
    const fake = three();
    renderBell(fake);
    open();
    press('ArrowDown');
    // As browsers do: the element is told, and stays the active one.
    fireEvent.blur(opener('Title 3'));
    act(() => fake.lose(3));
    expect(document.activeElement).toBe(opener('Title 2'));
  });

  it('does not come back to a list that it has left', () => {
    const fake = three();
    renderBell(fake);
    open();
    press('ArrowDown');
    act(() => opener('Title 3').blur());
    act(() => fake.lose(3));
    expect(document.activeElement).toBe(document.body);
  });

  it('leaves keys with modifiers to the browser', () => {
    const fake = three();
    renderBell(fake);
    open();
    press('ArrowDown');
    fireEvent.keyDown(opener('Title 3'), { key: 'e', metaKey: true });
    expect(fake.calls).toEqual([]);
  });

  it('closes by Escape, and returns the focus to the button', () => {
    renderBell(three());
    open();
    press('ArrowDown');
    press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(bell());
  });

  it('closes when the focus goes elsewhere, and leaves it there', () => {
    renderBell(three());
    open();
    act(() => screen.getByText('Elsewhere').focus());
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(screen.getByText('Elsewhere'));
  });
});
