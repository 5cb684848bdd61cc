// @vitest-environment happy-dom
import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationBell, NotificationProvider, usePortalContainer } from '../../../client/src/react.ts';
import { bell, open, press, renderBell } from './render-bell.tsx';

const isOpen = () => !!screen.queryByRole('dialog');
const one = () => createFakeClient([notification(1)]);

/** An app that decides whether the bell is open. */
function App() {
  const [isShown, setIsShown] = useState(false);
  return (
    <NotificationProvider client={one().client}>
      <button type="button" onClick={() => setIsShown(true)}>
        Show
      </button>
      <NotificationBell open={isShown} onOpenChange={setIsShown} />
    </NotificationProvider>
  );
}

function AtFirst({ run }: { run: () => void }) {
  useEffect(run, [run]);
  return null;
}

describe('whether the popover is open', () => {
  it('is reported when the bell decides', () => {
    const onOpenChange = vi.fn();
    renderBell(one(), { onOpenChange });
    open();
    press('Escape');
    open();
    fireEvent.pointerDown(screen.getByText('Elsewhere'));
    expect(onOpenChange.mock.calls.flat()).toEqual([true, false, true, false]);
  });

  it('is decided by the app if it says so', () => {
    render(<App />);
    fireEvent.click(screen.getByText('Show'));
    expect(isOpen()).toBe(true);
    press('Escape');
    expect(isOpen()).toBe(false);
    fireEvent.click(bell());
    expect(isOpen()).toBe(true);
  });

  it('stays as the app says, and is asked for', () => {
    const onOpenChange = vi.fn();
    renderBell(one(), { open: false, onOpenChange });
    fireEvent.click(bell());
    expect(isOpen()).toBe(false);
    expect(onOpenChange).toHaveBeenCalledExactlyOnceWith(true);
  });

  it('is at first what the app says', () => {
    renderBell(one(), { defaultOpen: true });
    expect(isOpen()).toBe(true);
    press('Escape');
    expect(isOpen()).toBe(false);
  });

  it('stays what a press has made it before strict mode runs the effects again', () => {
    const press = vi.fn().mockImplementationOnce(() => bell().click());
    render(
      <StrictMode>
        <NotificationProvider client={one().client}>
          <NotificationBell />
          <AtFirst run={press} />
        </NotificationProvider>
      </StrictMode>,
    );
    expect(isOpen()).toBe(true);
  });

  it('makes the client ask for what it may have missed', () => {
    const fake = one();
    renderBell(fake);
    expect(fake.refreshes()).toBe(0);
    open();
    expect(fake.refreshes()).toBeGreaterThan(0);
  });
});

/** A part that puts a button into the body. Its text is the role of the popover. */
function Menu() {
  const popover = usePortalContainer();
  return createPortal(
    <button type="button">{popover?.getAttribute('role') ?? 'No popover'}</button>,
    document.body,
  );
}

describe('the popover', () => {
  it('is the container for portals, and keeps what is in a portal elsewhere', () => {
    renderBell(createFakeClient(), { components: { Empty: Menu } });
    open();
    const inside = screen.getByText('dialog');
    fireEvent.pointerDown(inside);
    act(() => inside.focus());
    expect(isOpen()).toBe(true);
    press('Escape');
    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(bell());
  });

  it('leaves Escape to a menu that has used it', () => {
    renderBell(one());
    open();
    const stop = (event: Event) => event.preventDefault();
    document.addEventListener('keydown', stop, true);
    press('Escape');
    document.removeEventListener('keydown', stop, true);
    expect(isOpen()).toBe(true);
  });

  it('closes by Escape when the focus is at the body', () => {
    renderBell(one());
    open();
    act(() => (document.activeElement as HTMLElement).blur());
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(isOpen()).toBe(false);
  });

  // As in Safari, where a press on a button gives the focus to the element around it.
  it('closes by a second press that moves the focus to an element around the bell', () => {
    renderBell(one());
    open();
    const around = bell().closest<HTMLElement>('.belfry')?.parentElement;
    if (!around) throw new Error('Nothing is around the bell.');
    around.tabIndex = -1;
    fireEvent.pointerDown(bell());
    act(() => around.focus());
    expect(isOpen()).toBe(true);
    fireEvent.click(bell());
    expect(isOpen()).toBe(false);
  });

  it('is found by its role where there is no top layer', () => {
    const { showPopover } = HTMLElement.prototype;
    Reflect.deleteProperty(HTMLElement.prototype, 'showPopover');
    renderBell(one());
    expect(open().hasAttribute('popover')).toBe(false);
    if (showPopover) HTMLElement.prototype.showPopover = showPopover;
  });
});
