import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';

interface PopoverProps {
  id: string;
  titleId: string;
  /** The element that the popover is placed at. */
  anchor: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/**
 * A non-modal dialog in the browser's top layer, where no ancestor can clip or cover it. It is below its anchor and inside
 * the window, or above the anchor if there is too little room below. Its first element with a tab index gets the focus.
 */
export function Popover({ id, titleId, anchor, children }: PopoverProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current: element } = panel;
    if (!element) return;
    // Browsers before 2024 have no top layer. There the dialog is an element with a high z-index.
    element.showPopover?.();
    const place = () => anchor.current && placeBy(anchor.current, element);
    place();
    element.querySelector<HTMLElement>('[tabindex]')?.focus();
    addEventListener('resize', place);
    // In the capture phase, which also gets the scroll events of every element.
    addEventListener('scroll', place, true);
    return () => {
      removeEventListener('resize', place);
      removeEventListener('scroll', place, true);
    };
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
  const gap = 8;
  const leastHeight = 320;
  const greatestHeight = 720;
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const { style, offsetWidth } = panel;
  const below = clientHeight - bottom;
  const isBelow = below > leastHeight || below > top;
  const aligned = getComputedStyle(anchor).direction === 'rtl' ? left : right - offsetWidth;
  const x = Math.max(gap, Math.min(aligned, clientWidth - offsetWidth - gap));
  style.inset = isBelow
    ? `${bottom + gap}px auto auto ${x}px`
    : `auto auto ${clientHeight - top + gap}px ${x}px`;
  style.maxHeight = `${Math.min(greatestHeight, (isBelow ? below : top) - 2 * gap)}px`;
}
