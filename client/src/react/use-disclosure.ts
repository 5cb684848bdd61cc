import { type KeyboardEvent, type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react';
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
  /** The last event inside, or nothing since one elsewhere. */
  const seen = useRef('');

  const change = (next: boolean) => {
    if (next === isOpen) return;
    setOwn(next);
    attempt(onOpenChange, next);
  };
  const close = () => {
    triggerOf(root)?.focus();
    change(false);
  };
  const onKeyDown = (event: KeyboardEvent | globalThis.KeyboardEvent) => {
    // A menu of the app that has closed itself by this key prevents the default.
    if (!isOpen || event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };

  useEffect(() => {
    const page = root.current?.ownerDocument.defaultView;
    if (!isOpen || !page) return;
    const controller = new AbortController();
    const { signal } = controller;
    const watch = (event: Event) => {
      const { type } = event;
      // The focus that a press inside moves says nothing: Safari gives buttons no focus.
      if (type === 'focusin' && seen.current === 'pointerdown') return;
      seen.current = '';
      const decide = () => seen.current || change(false);
      event.composedPath()[0]?.addEventListener(type, decide, { once: true });
    };
    // In the capture phase, before any handler can stop it.
    page.addEventListener('pointerdown', watch, { signal, capture: true });
    page.addEventListener('focusin', watch, { signal, capture: true });
    // The focus is not inside after a press on what takes no focus.
    page.addEventListener('keydown', onKeyDown, { signal });
    return () => controller.abort();
  });

  const see = ({ type }: SyntheticEvent) => {
    seen.current = type;
  };
  return {
    isOpen,
    close,
    toggle: () => (isOpen ? close() : change(true)),
    handlers: {
      onPointerDownCapture: see,
      onFocusCapture: see,
      onClickCapture: see,
      onKeyDownCapture: see,
      onKeyDown,
    },
  };
}

/** The bell's button, whatever component it is. */
export const triggerOf = ({ current }: RefObject<HTMLElement | null>) =>
  current?.querySelector<HTMLElement>('[aria-haspopup]');
