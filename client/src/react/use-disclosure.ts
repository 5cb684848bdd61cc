import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  type SyntheticEvent,
  useEffect,
  useRef,
  useState,
} from 'react';
import { attempt } from './usable.ts';

interface DisclosureOptions {
  open?: boolean | undefined;
  defaultOpen?: boolean | undefined;
  onOpenChange?: ((isOpen: boolean) => void) | undefined;
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
  // What was decided before stays: strict mode runs an effect twice.
  useEffect(() => setOwn((before) => before ?? defaultOpen === true), [defaultOpen]);
  const isOpen = own !== undefined && (typeof open === 'boolean' ? open : own);
  /** The last event inside, or nothing since one elsewhere. */
  const seen = useRef('');

  const change = (next: boolean) => {
    setOwn(next);
    attempt(onOpenChange, next);
  };
  const close = () => {
    triggerOf(root)?.focus();
    change(false);
  };
  const decideAt = (target: EventTarget | null | undefined, type: string) => {
    seen.current = '';
    target?.addEventListener(type, () => seen.current || change(false), { once: true });
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
    const onPointerDown = (event: PointerEvent) => decideAt(event.composedPath()[0], 'pointerdown');
    // In the capture phase, before any handler can stop it.
    page.addEventListener('pointerdown', onPointerDown, true);
    // The focus is not inside after a press on what takes no focus.
    page.addEventListener('keydown', onKeyDown);
    return () => {
      page.removeEventListener('pointerdown', onPointerDown, true);
      page.removeEventListener('keydown', onKeyDown);
    };
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
      onBlur({ relatedTarget }: FocusEvent) {
        // The focus that a press moves says nothing: Safari gives buttons no focus.
        if (seen.current !== 'pointerdown') decideAt(relatedTarget, 'focusin');
      },
    },
  };
}

/** The bell's button, whatever component it is. */
export const triggerOf = ({ current }: RefObject<HTMLElement | null>) =>
  current?.querySelector<HTMLElement>('[aria-haspopup]');
