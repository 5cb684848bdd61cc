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
 * React 18 escapes quotes, ampersands and angle brackets in the text of a style, so there are none. The declarations of all
 * rules have the same order, which makes them smaller: compression finds more of them twice.
 */
const bellCss =
  // The public properties. All but a few follow the background and the text, and these the color-scheme of the page.
  ':where(.belfry){--belfry-line:#8883;--belfry-background:Canvas;--belfry-text:CanvasText;--belfry-muted:color-mix(in srgb,var(--belfry-text) 65%,transparent);--belfry-accent:color-mix(in srgb,#56f 80%,CanvasText);--belfry-hover:#8882}' +
  '.belfry[data-theme=dark]{color-scheme:dark}' +
  '.belfry[data-theme=light]{color-scheme:light}' +
  // What the bell must not inherit from the page, nor get from its rules for buttons, links and lists. The font `x` is only
  // there because the shorthand needs one.
  '.belfry{font:13px/20px x;font-family:var(--belfry-font);letter-spacing:normal;text-transform:none;text-align:start;white-space:normal;display:inline-flex}' +
  '[class^=belfry-]{all:unset;box-sizing:border-box;display:block}' +
  // Everything that can be pressed. What shows under the pointer also takes back the page's rules for that. High contrast
  // shows borders and outlines that are transparent.
  '.belfry-avatar,.belfry-badge,.belfry-state,:where(a,button)[class^=belfry-]{place-items:center;display:grid}' +
  ':where(a,button)[class^=belfry-],.belfry-badge{padding:5px 11px;border-radius:10px;border:1px solid transparent;cursor:pointer}' +
  ':where(a,button)[class^=belfry-]:is(:hover,[aria-pressed=true],[aria-controls]){color:var(--belfry-text);box-shadow:none;text-decoration:none;outline:2px solid transparent;transform:none;background:var(--belfry-hover)}' +
  '.belfry :focus-visible{outline:2px solid var(--belfry-accent)}' +
  '.belfry [aria-disabled=true]{opacity:.5}' +
  '.belfry-button{margin:0 -12px;color:var(--belfry-accent)}' +
  '.belfry-icon{width:1.4em;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round;stroke-width:1.7;fill:none}' +
  '.belfry-hidden,.belfry-dot{width:1px;position:absolute;height:1px;overflow:hidden}' +
  '.belfry-hidden{opacity:0}' +
  // The bell.
  '.belfry-place{position:relative}' +
  '.belfry-bell,.belfry-action{padding:5px}' +
  '.belfry-bell,.belfry-state .belfry-icon{font-size:16px}' +
  '.belfry-bell~*{pointer-events:none}' +
  '.belfry-badge{padding:0 4px;color:#fff;font-size:11px;position:absolute;inset-inline-start:45%;line-height:16px;top:0;min-width:18px;font-weight:600;background:var(--belfry-badge,#d22)}' +
  // The inbox, in its popover or in a page.
  '.belfry-popover{width:min(400px,95%);box-shadow:0 8px 32px var(--belfry-shadow,#0003);position:fixed;z-index:99;animation:belfry-in .16s;display:flex;border-radius:var(--belfry-radius,16px);border:1px solid var(--belfry-line);background:var(--belfry-background)}' +
  '.belfry-page{display:block}' +
  '.belfry-inbox{color:var(--belfry-muted);overflow:clip;display:flex;border-radius:inherit;flex-flow:column;flex:1}' +
  '.belfry-header,.belfry-notice,.belfry-filters,.belfry-time,.belfry-actions,.belfry-line{gap:6px;display:flex}' +
  '.belfry-header,.belfry-notice{padding:8px 20px;place-items:center;justify-content:space-between}' +
  '.belfry-title{color:var(--belfry-text);font-size:16px;font-weight:600;flex:1}' +
  '.belfry-header .belfry-action{margin-inline-end:-8px}' +
  '.belfry-filters{padding:0 8px 8px;border-bottom:1px solid var(--belfry-line);flex-flow:wrap}' +
  '.belfry-scroll{padding:8px;overflow:auto;overscroll-behavior:contain}' +
  '.belfry-popover .belfry-scroll{overflow-anchor:none}' +
  '.belfry-state{gap:8px;padding:68px 20px}' +
  '.belfry-skeleton{margin:8px;height:44px;border-radius:10px;background:var(--belfry-hover)}' +
  '.belfry-notice{border-top:1px solid var(--belfry-line);background:var(--belfry-background)}' +
  '.belfry-undo{position:sticky;bottom:0}' +
  // The items.
  '.belfry-item{position:relative;border-radius:10px}' +
  '.belfry-item:is(:hover,:focus-within){background:var(--belfry-hover)}' +
  '.belfry-open:hover{color:inherit;background:none}' +
  '.belfry-group{font-weight:600}' +
  '.belfry-open,.belfry-full,.belfry-more,.belfry-group{padding:10px 12px;width:100%}' +
  '.belfry-open{place-items:stretch;border:0}' +
  '.belfry-open,.belfry-full,.belfry-expand{padding-inline-start:var(--belfry-indent,26px)}' +
  '.belfry-list:has(.belfry-avatar){--belfry-indent:70px}' +
  '.belfry-avatar{position:absolute;inset-inline-start:26px;top:12px;background:var(--belfry-hover)}' +
  '.belfry-avatar,.belfry-avatar img{width:32px;height:32px;object-fit:cover;border-radius:16px}' +
  '.belfry-dot{inset-inline-start:8px;top:16px;border-radius:10px;border:4px solid var(--belfry-accent)}' +
  '.belfry-dot+.belfry-name{font-weight:600}' +
  '.belfry-name{color:var(--belfry-text);font-size:14px;flex:1}' +
  '.belfry-name,.belfry-body{overflow-wrap:anywhere;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}' +
  '.belfry-body{white-space:pre-line;-webkit-line-clamp:4}' +
  '.belfry-full{overflow:auto;display:block;padding-top:0;max-height:320px}' +
  '.belfry-item:has(.belfry-expand[aria-expanded=true]) .belfry-name{display:block}' +
  '.belfry-actions,.belfry-full,.belfry-expand{margin:-10px 0 0}' +
  // With a mouse, the actions of an item take the place of its time while the pointer or the focus is on it. On a machine
  // with a mouse and a touch screen, a finger could hit what only shows under the mouse, so the rules for touch win.
  '@media not (any-pointer:coarse){.belfry-actions{position:absolute;inset-inline-end:2px;top:12px;border-radius:10px;background:var(--belfry-background)}.belfry-item:is(:hover,:focus-within) .belfry-time,.belfry-item:not(:hover,:focus-within) .belfry-actions{opacity:0}}' +
  // A finger needs room, so the actions have a line below the texts, beside “Show more”.
  '@media (any-pointer:coarse){:where(button)[class^=belfry-]{min-width:44px;min-height:44px}.belfry-item{display:flex;flex-flow:wrap}.belfry-actions{justify-content:end;flex:1}}' +
  '@keyframes belfry-in{from{opacity:0}}';
