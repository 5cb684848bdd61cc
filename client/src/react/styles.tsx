/**
 * The styles, as one style element. React 19 moves it into the head, or into the shadow root, once for all bells, before
 * the first paint. With React 18, or with a nonce, it stays in its place: React only puts a style with a nonce into the
 * head if the server's renderer was given `nonce.style`. The custom properties have no specificity and the rules have
 * little, so that the app's own rules win.
 */
export function Styles({ nonce, name = 'belfry', css = bellCss }: StylesProps) {
  const place = nonce && typeof nonce === 'string' ? { nonce } : { href: name, precedence: 'belfry' };
  // Browsers hide the nonce from scripts, so React sees another value when it hydrates.
  return (
    <style {...place} suppressHydrationWarning>
      {css}
    </style>
  );
}

interface StylesProps {
  nonce: string | undefined;
  /** Of the style element. Default: that of the bell. */
  name?: string;
  css?: string;
}

/*
 * React 18 escapes quotes, ampersands and angle brackets in the text of a style, so there are none.
 * Distances are steps of 4 pixels, less the border.
 */
const bellCss =
  // The public properties. All but a few follow the background and the text, and these the color-scheme of the page.
  ':where(.belfry){--belfry-background:Canvas;--belfry-text:CanvasText;--belfry-muted:color-mix(in srgb,var(--belfry-text) 65%,transparent);--belfry-accent:color-mix(in srgb,#56f 80%,CanvasText);--belfry-hover:#8882;--belfry-line:#8883}' +
  '.belfry[data-theme=dark]{color-scheme:dark}' +
  '.belfry[data-theme=light]{color-scheme:light}' +
  // What the bell must not inherit from the page, nor get from its rules for buttons, links and lists.
  '.belfry{display:inline-flex;font:13px/20px x;font-family:var(--belfry-font);letter-spacing:normal;text-align:start;text-transform:none;white-space:normal}' +
  '[class^=belfry-]{all:unset;display:block;box-sizing:border-box}' +
  // Everything that can be pressed. High contrast shows the borders and outlines that are transparent.
  ':where(a,button)[class^=belfry-],.belfry-badge,.belfry-avatar,.belfry-state{display:grid;place-items:center}' +
  ':where(a,button)[class^=belfry-],.belfry-badge{padding:5px 11px;border:1px solid transparent;border-radius:10px;cursor:pointer}' +
  ':where(a,button)[class^=belfry-]:is(:hover,[aria-pressed=true],[aria-controls]){outline:2px solid transparent;background:var(--belfry-hover);box-shadow:none;color:var(--belfry-text);text-decoration:none;transform:none}' +
  '.belfry :focus-visible{outline:2px solid var(--belfry-accent)}' +
  '.belfry [aria-disabled=true]{opacity:.5}' +
  '.belfry-button{margin:0 -12px;color:var(--belfry-accent)}' +
  '.belfry-icon{width:1.4em;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}' +
  '.belfry-hidden,.belfry-dot{position:absolute;width:1px;height:1px;overflow:hidden}' +
  '.belfry-hidden{opacity:0}' +
  // The bell.
  '.belfry-place{position:relative}' +
  '.belfry-bell,.belfry-action{padding:5px}' +
  '.belfry-bell,.belfry-state .belfry-icon{font-size:16px}' +
  '.belfry-bell~*{pointer-events:none}' +
  '.belfry-badge{position:absolute;top:0;inset-inline-start:45%;min-width:18px;padding:0 4px;background:var(--belfry-badge,#d22);color:#fff;font-size:11px;font-weight:600;line-height:16px}' +
  // The inbox, in its popover or in a page.
  '.belfry-popover{position:fixed;z-index:99;display:flex;width:min(400px,95%);border:1px solid var(--belfry-line);border-radius:var(--belfry-radius,16px);background:var(--belfry-background);box-shadow:0 8px 32px var(--belfry-shadow,#0003);animation:belfry-in .16s}' +
  '.belfry-page{display:block}' +
  '.belfry-inbox{flex:1;display:flex;flex-flow:column;overflow:clip;border-radius:inherit;color:var(--belfry-muted)}' +
  '.belfry-header,.belfry-filters,.belfry-notice,.belfry-line,.belfry-time,.belfry-actions{display:flex;gap:6px}' +
  '.belfry-header,.belfry-notice{place-items:center;justify-content:space-between;padding:8px 20px}' +
  '.belfry-title{color:var(--belfry-text);font-size:16px;font-weight:600}' +
  '.belfry-filters{flex-flow:wrap;padding:0 8px 8px;border-bottom:1px solid var(--belfry-line)}' +
  '.belfry-scroll{padding:8px;overflow:auto;overscroll-behavior:contain}' +
  '.belfry-popover .belfry-scroll{overflow-anchor:none}' +
  '.belfry-state{gap:8px;padding:68px 20px}' +
  '.belfry-skeleton{height:44px;margin:8px;border-radius:10px;background:var(--belfry-hover)}' +
  '.belfry-notice{border-top:1px solid var(--belfry-line);background:var(--belfry-background)}' +
  '.belfry-undo{position:sticky;bottom:0}' +
  // The items.
  '.belfry-item{position:relative;border-radius:10px}' +
  '.belfry-item:is(:hover,:focus-within){background:var(--belfry-hover)}' +
  '.belfry-open:hover{background:none;color:inherit}' +
  '.belfry-group{font-weight:600}' +
  '.belfry-group,.belfry-open,.belfry-more,.belfry-full{width:100%;padding:9px 11px}' +
  '.belfry-open{place-items:stretch}' +
  '.belfry-open,.belfry-full,.belfry-expand{padding-inline-start:var(--belfry-indent,26px)}' +
  '.belfry-list:has(.belfry-avatar){--belfry-indent:70px}' +
  '.belfry-avatar{position:absolute;top:12px;inset-inline-start:26px;background:var(--belfry-hover)}' +
  '.belfry-avatar,.belfry-avatar img{width:32px;height:32px;border-radius:16px;object-fit:cover}' +
  '.belfry-dot{top:16px;inset-inline-start:8px;border:4px solid var(--belfry-accent);border-radius:10px}' +
  '.belfry-dot+.belfry-name{font-weight:600}' +
  '.belfry-name{flex:1;color:var(--belfry-text);font-size:14px}' +
  '.belfry-name,.belfry-body{display:-webkit-box;overflow:hidden;overflow-wrap:anywhere;-webkit-box-orient:vertical;-webkit-line-clamp:2}' +
  '.belfry-body{white-space:pre-line;-webkit-line-clamp:4}' +
  '.belfry-full{display:block;max-height:320px;padding-top:0;overflow:auto}' +
  '.belfry-item:has(.belfry-expand[aria-expanded=true]) .belfry-name{display:block}' +
  '.belfry-expand,.belfry-full,.belfry-actions{margin:-9px 0 0}' +
  // A mouse shows the actions of its item instead of the time.
  '@media not (any-pointer:coarse){.belfry-actions{position:absolute;top:16px;inset-inline-end:8px;border-radius:10px;background:var(--belfry-background)}.belfry-item:not(:hover,:focus-within) .belfry-actions,.belfry-item:is(:hover,:focus-within) .belfry-time{opacity:0}}' +
  // A finger needs room.
  '@media (any-pointer:coarse){:where(button)[class^=belfry-]{min-width:44px;min-height:44px}.belfry-item{display:flex;flex-flow:wrap}.belfry-actions{flex:1;justify-content:end}}' +
  '@keyframes belfry-in{from{opacity:0}}';
