import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { attempt } from './usable.ts';

interface DisclosureOptions {
  open: boolean | undefined;
  defaultOpen: boolean | undefined;
  onOpenChange: ((isOpen: boolean) => void) | undefined;
}

/**
 * Whether the popover of `root` is open. Escape closes it, and so does a press or a focus elsewhere.
 *
 * "Inside" is what React's events bubble from: the popover, and also what the app's parts put into a portal. They reach
 * React before the listeners of their own target, in every document and in every shadow root. So the target decides: if
 * React has not seen the event by then, it came from elsewhere.
 */
export function useDisclosure(
  root: RefObject<HTMLElement | null>,
  { open, defaultOpen, onOpenChange }: DisclosureOptions,
) {
  // Undefined while a server renders and a browser hydrates: a server has no top layer.
  const [own, setOwn] = useState<boolean>();
  useEffect(() => setOwn((before) => before ?? defaultOpen === true), [defaultOpen]);
  const isOpen = own !== undefined && (typeof open === 'boolean' ? open : own);
  /** Whether a press inside is going on. The focus that it moves says nothing: Safari gives buttons no focus. */
  const isPressed = useRef(false);
  const hasFocus = useRef(false);

  const change = (next: boolean) => {
    if (next === isOpen) return;
    setOwn(next);
    attempt(onOpenChange, next);
  };
  const close = () => {
    // A focus inside goes back to the button. A focus elsewhere stays there.
    if (hasFocus.current) triggerOf(root)?.focus();
    change(false);
  };
  const onKeyDown = (event: KeyboardEvent | globalThis.KeyboardEvent) => {
    // A menu of the app that has closed itself by this key prevents the default.
    if (!isOpen || event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const release = () => {
    isPressed.current = false;
  };

  useEffect(() => {
    const page = root.current?.ownerDocument.defaultView;
    if (!isOpen || !page) return;
    const onPointerDown = (event: PointerEvent) => {
      release();
      decideAt(event.composedPath()[0], 'pointerdown', () => isPressed.current || change(false));
    };
    // In the capture phase, before any handler can stop it.
    page.addEventListener('pointerdown', onPointerDown, true);
    // The focus is not inside after a press on what takes no focus.
    page.addEventListener('keydown', onKeyDown);
    return () => {
      page.removeEventListener('pointerdown', onPointerDown, true);
      page.removeEventListener('keydown', onKeyDown);
    };
  });

  return {
    isOpen,
    close,
    toggle: () => (isOpen ? close() : change(true)),
    handlers: {
      onPointerDownCapture() {
        isPressed.current = true;
      },
      onPointerCancelCapture: release,
      onClickCapture: release,
      onKeyDownCapture: release,
      onKeyDown,
      onFocusCapture() {
        hasFocus.current = true;
      },
      onBlur({ relatedTarget }: FocusEvent) {
        hasFocus.current = false;
        if (!isPressed.current) decideAt(relatedTarget, 'focusin', () => hasFocus.current || change(false));
      },
    },
  };
}

/** The bell's button, whatever component it is. */
export const triggerOf = ({ current }: RefObject<HTMLElement | null>) =>
  current?.querySelector<HTMLElement>('[aria-haspopup]');

function decideAt(target: EventTarget | null | undefined, type: string, decide: () => unknown) {
  target?.addEventListener(type, decide, { once: true });
}
