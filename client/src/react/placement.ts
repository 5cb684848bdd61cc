/** The side of the bell, and the edge of the bell that the popover is aligned with. */
export type Placement = `${'top' | 'bottom'}-${'start' | 'end'}`;

/**
 * Places the panel below its anchor, or above it, inside the window. `start` and `end` follow the direction of the text.
 * If there is too little room on the side, the panel goes to the side with more room.
 */
export function placeBy(
  anchor: HTMLElement,
  panel: HTMLElement,
  placement = 'bottom-end' as Placement,
): void {
  const gap = 8;
  const leastHeight = 320;
  const greatestHeight = 720;
  const { clientWidth, clientHeight } = panel.ownerDocument.documentElement;
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { width } = panel.getBoundingClientRect();

  const below = clientHeight - bottom;
  const isBelow = ['top-start', 'top-end'].includes(placement)
    ? top < Math.min(leastHeight, below)
    : below >= Math.min(leastHeight, top);
  const isRtl = getComputedStyle(anchor).direction === 'rtl';
  const aligned = ['top-start', 'bottom-start'].includes(placement) === isRtl ? right - width : left;
  const x = Math.max(gap, Math.min(aligned, clientWidth - width - gap));
  // The distance of the panel's upper edge from that of the window, or of its lower edge from the lower one.
  const y = gap + (isBelow ? bottom : clientHeight - top);

  // An ancestor with the property `zoom` makes the pixels of the style larger than those of the window.
  const zoom = (panel as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
  const { style } = panel;
  style.inset = isBelow ? `${y / zoom}px auto auto ${x / zoom}px` : `auto auto ${y / zoom}px ${x / zoom}px`;
  style.maxHeight = `${Math.min(greatestHeight, (clientHeight - y - gap) / zoom)}px`;
}
