import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';

const gap = 8;
const leastHeight = 320;

interface PopoverProps {
  id: string;
  titleId: string;
  /** What the popover hangs on. */
  anchor: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/**
 * A non-modal dialog in the browser's top layer, where no ancestor can clip or cover it, below its anchor and within
 * the window; above the anchor where there is too little room below. The first of its elements that has a tab index takes the focus.
 */
export function Popover({ id, titleId, anchor, children }: PopoverProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current: element } = panel;
    if (!element) return;
    // Before 2024 browsers had no top layer: there it is an element with a high z-index.
    element.showPopover?.();
    element.querySelector<HTMLElement>('[tabindex]')?.focus({ preventScroll: true });
    const place = () => anchor.current && placeBy(anchor.current, element);
    place();
    const listening = new AbortController();
    addEventListener('resize', place, listening);
    addEventListener('scroll', place, listening);
    return () => listening.abort();
  }, [anchor]);
  return (
    <div
      ref={panel}
      id={id}
      className="belfry-popover"
      role="dialog"
      popover="manual"
      aria-labelledby={titleId}
    >
      {children}
    </div>
  );
}

function placeBy(anchor: HTMLElement, panel: HTMLElement) {
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const startsLeft = getComputedStyle(anchor).direction === 'rtl';
  const aligned = startsLeft ? left : right - panel.offsetWidth;
  const isAbove = clientHeight - bottom < leastHeight && top > clientHeight - bottom;
  const { style } = panel;
  style.left = `${Math.max(gap, Math.min(aligned, clientWidth - panel.offsetWidth - gap))}px`;
  style.top = isAbove ? 'auto' : `${bottom + gap}px`;
  style.bottom = isAbove ? `${clientHeight - top + gap}px` : 'auto';
  style.maxHeight = `${(isAbove ? top : clientHeight - bottom) - 2 * gap}px`;
}
