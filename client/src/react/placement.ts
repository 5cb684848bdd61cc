/** The side of the bell, and the edge of the bell that the popover is aligned with. */
export type Placement = `${'top' | 'bottom' | 'left' | 'right'}-${'start' | 'end'}`;

/**
 * Places the panel at its anchor, inside the window. Above and below the anchor, `start` and `end` follow the direction of
 * the text. On its left and right, they are its top and its bottom edge. If there is too little room on the side, the
 * panel goes to the opposite side, and if there is too little on the left and the right, below or above.
 */
export function placeBy(anchor: HTMLElement, panel: HTMLElement, given?: Placement): void {
  // An app without types may give anything. Not everything has a text.
  const placement = typeof given === 'string' ? given : 'bottom-end';
  const gap = 8;
  const leastHeight = 320;
  const greatestHeight = 720;
  const { clientWidth, clientHeight } = panel.ownerDocument.documentElement;
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { width } = panel.getBoundingClientRect();
  const within = (least: number, wanted: number, greatest: number) =>
    Math.max(least, Math.min(wanted, greatest));

  const isBeside = /^[lr]/.test(placement) && Math.max(left, clientWidth - right) >= width + 2 * gap;
  const [before, after, least] = isBeside
    ? [left, clientWidth - right, width + 2 * gap]
    : [top, clientHeight - bottom, leastHeight];
  const isAfter = (isBeside ? /^left/ : /^top/).test(placement)
    ? before < least && before < after
    : after >= least || after >= before;

  const isEnd = !/start$/.test(placement);
  const isRtl = getComputedStyle(anchor).direction === 'rtl';
  const aligned = within(gap, isEnd === isRtl ? left : right - width, clientWidth - width - gap);
  const x = isBeside ? (isAfter ? right + gap : left - gap - width) : aligned;

  // The distance of the panel's upper edge from that of the window, or of its lower edge from the lower one.
  const isFromTop = isBeside ? !isEnd : isAfter;
  const edge = isFromTop === isBeside ? top : bottom;
  const distance = isFromTop ? edge : clientHeight - edge;
  const y = isBeside ? within(gap, distance, clientHeight - gap - leastHeight) : distance + gap;

  // An ancestor with the property `zoom` makes the pixels of the style larger than those of the window.
  const zoom = (panel as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
  const { style } = panel;
  style.margin = '0';
  style.inset = isFromTop ? `${y / zoom}px auto auto ${x / zoom}px` : `auto auto ${y / zoom}px ${x / zoom}px`;
  style.maxHeight = `${Math.min(greatestHeight, (clientHeight - y - gap) / zoom)}px`;
}
