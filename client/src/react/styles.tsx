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

/** The colours in a light and in a dark page. */
const colors = {
  background: ['#fff', '#1c1c1c'],
  hover: ['#f5f5f5', '#2a2a2a'],
  text: ['#111', '#eee'],
  muted: ['#666', '#aaa'],
  line: ['#e5e5e5', '#3a3a3a'],
  accent: ['#44e', '#abf'],
  shadow: ['#0003', '#000c'],
};

const properties = (pick: (pair: readonly string[]) => unknown) =>
  Object.entries(colors)
    .map(([name, pair]) => `--belfry-${name}:${pick(pair)};`)
    .join('');

// Browsers since 2024 have light-dark(), which follows the color-scheme of the page. Older ones are light.
//
// React 18 escapes quotes, ampersands and angle brackets in the text of a style, so there are none: the missing attribute
// x is an empty text. The backslashes keep line breaks out of the text, to save bytes. A page styles its own buttons,
// links and lists by their names, so the rules for all classes take that back. On a machine with a mouse and a touch
// screen, a finger could hit what only shows under the mouse, so the rules for touch win.
const bellCss = `:where(.belfry){${properties(([color]) => color)}--belfry-badge:#d22;--belfry-radius:16px;--belfry-indent:26px}\
:where(.belfry[data-theme=dark]){color-scheme:dark}\
:where(.belfry[data-theme=light]){color-scheme:light}\
:where(.belfry[data-theme=system]){color-scheme:light dark}\
@supports (color:light-dark(red,red)){:where(.belfry){${properties((pair) => `light-dark(${pair})`)}}}\
.belfry{display:inline-block;width:fit-content;font:14px/20px sans-serif;font-family:var(--belfry-font,inherit);letter-spacing:normal;text-align:start;text-indent:0;text-transform:none;white-space:normal}\
.belfry *{box-sizing:border-box}\
[class^=belfry-]{float:none;width:auto;min-width:0;max-width:none;height:auto;margin:0;padding:0;border:0;box-shadow:none;letter-spacing:inherit;text-align:inherit;text-transform:inherit;transition:none}\
:where(a,button)[class^=belfry-]:is(:hover,:active){transform:none;box-shadow:none;text-decoration:none}\
.belfry-bell,.belfry-action,.belfry-button,.belfry-filter,.belfry-more,.belfry-open{display:inline-block;padding:5px 11px;overflow:visible;border-radius:10px;background:none;color:var(--belfry-muted);font:inherit;font-size:13px;text-align:center;text-decoration:none;cursor:pointer}\
.belfry :focus-visible{outline:2px solid var(--belfry-accent);outline-offset:-2px}\
.belfry [aria-disabled=true]{opacity:.5;cursor:default}\
.belfry-icon{display:block;width:1.4em;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}\
.belfry-hidden{position:absolute;width:1px;height:1px;overflow:hidden;opacity:0}\
.belfry-bell,.belfry-action,.belfry-avatar{display:grid;place-items:center;padding:0;width:28px;height:28px}\
.belfry-bell{width:40px;height:40px;font-size:16px}\
.belfry-bell,.belfry-bell:hover{color:inherit}\
.belfry-bell:hover,.belfry-bell[aria-expanded=true]{background:#8883}\
.belfry-place{position:relative;display:block;width:fit-content}\
.belfry-bell~*{pointer-events:none}\
.belfry-badge{position:absolute;top:1px;inset-inline-start:45%;min-width:18px;padding:0 4px;border:1px solid transparent;border-radius:10px;background:var(--belfry-badge);color:#fff;font-size:11px;font-weight:600;line-height:16px;text-align:center}\
.belfry-popover{position:fixed;z-index:99;inset:auto;display:flex;width:min(400px,100% - 16px);overflow:visible;border:1px solid var(--belfry-line);border-radius:var(--belfry-radius);background:var(--belfry-background);box-shadow:0 12px 36px -6px var(--belfry-shadow)}\
.belfry-page{display:block;width:auto}\
.belfry-inbox{display:flex;flex-direction:column;width:100%;overflow:hidden;border-radius:inherit;color:var(--belfry-text);outline:0}\
.belfry-header,.belfry-notice{display:flex;align-items:center;justify-content:space-between;padding-block:4px;padding-inline:20px 10px}\
.belfry-header{padding-top:12px}\
.belfry-title{color:inherit;font-size:17px;font-weight:600;line-height:inherit}\
.belfry-button,.belfry-button:hover{color:var(--belfry-accent)}\
.belfry-button:hover,.belfry-filter:hover,.belfry-filter[aria-pressed=true],.belfry-more:hover,.belfry-item:hover,.belfry-item:focus-within,.belfry-actions,.belfry-notice{background:var(--belfry-hover)}\
.belfry-filters{display:flex;gap:4px;overflow-x:auto;scrollbar-width:thin;padding:4px 10px 10px;border-bottom:1px solid var(--belfry-line)}\
.belfry-filter[aria-pressed=true],.belfry-open,.belfry-open:hover,.belfry-action:hover{color:var(--belfry-text)}\
.belfry-notice,.belfry-state,.belfry-time,.belfry-body,.belfry-filter:hover,.belfry-more:hover{color:var(--belfry-muted);font-size:13px}\
.belfry-scroll{padding:6px;overflow:auto;overscroll-behavior:contain}\
.belfry-popover .belfry-scroll{overflow-anchor:none}\
.belfry-list,.belfry-item{display:block;list-style:none}\
.belfry-item{position:relative;border-radius:10px}\
.belfry-open,.belfry-more{display:block;width:100%}\
.belfry-open,.belfry-open:hover{background:none}\
.belfry-open{padding-block:10px;padding-inline:calc(var(--belfry-indent) + 1px) 13px;font-size:14px;text-align:start}\
.belfry-list:has(.belfry-avatar){--belfry-indent:70px}\
.belfry-avatar{position:absolute;top:12px;inset-inline-start:26px;width:32px;height:32px;overflow:hidden;border-radius:50%;background:var(--belfry-line)}\
.belfry-avatar img{width:100%;height:100%;object-fit:cover}\
.belfry-line{display:flex;gap:12px}\
.belfry-name,.belfry-body{display:-webkit-box;overflow:hidden;overflow-wrap:anywhere;-webkit-box-orient:vertical;-webkit-line-clamp:2}\
.belfry-body{white-space:pre-line;-webkit-line-clamp:4}\
.belfry-full{display:block;max-height:320px;margin-inline:calc(var(--belfry-indent) + 1px) 13px;overflow:auto;overscroll-behavior:contain}\
.belfry-item:has(.belfry-full) .belfry-name{-webkit-line-clamp:9}\
.belfry-open:has(~.belfry-expand){padding-bottom:0}\
.belfry-expand{margin-inline-start:calc(var(--belfry-indent) - 10px)}\
.belfry-name{flex:1}\
.belfry-dot+.belfry-name{font-weight:600}\
.belfry-dot{position:absolute;top:16px;inset-inline-start:11px;border:4px solid var(--belfry-accent);border-radius:10px}\
.belfry-time{font-size:12px;white-space:nowrap}\
.belfry-time .belfry-icon{display:inline;margin-inline-end:3px;vertical-align:-3px}\
.belfry-actions{position:absolute;top:5px;inset-inline-end:6px;display:flex;border-radius:10px}\
@media not (any-pointer:coarse){.belfry-item:not(:hover,:focus-within) .belfry-actions,.belfry-item:is(:hover,:focus-within) .belfry-time{opacity:0}}\
.belfry-action:hover{background:var(--belfry-line)}\
.belfry-group{margin:12px 14px 4px;color:var(--belfry-muted);font-size:12px;font-weight:600}\
.belfry-undo{position:sticky;bottom:0}\
.belfry-more{padding:9px}\
.belfry-state{display:grid;place-content:center;place-items:center;gap:10px;min-height:220px;padding:24px}\
.belfry-state .belfry-icon{font-size:24px}\
.belfry-filter,.belfry-filters{flex:none}\
.belfry-skeleton{padding:10px 26px}\
.belfry-skeleton::before,.belfry-skeleton::after{content:attr(x);display:block;width:40%;height:10px;border-radius:10px;background:var(--belfry-line)}\
.belfry-skeleton::after{width:85%;margin-top:10px}\
@media (any-pointer:coarse){.belfry-bell,.belfry-action,.belfry-button,.belfry-filter,.belfry-more{min-width:44px;min-height:44px}.belfry-action{font-size:16px}.belfry-open{display:flex;flex-direction:column}.belfry-line{display:contents}.belfry-time{order:1;line-height:44px;margin-bottom:-9px}.belfry-open:has(~.belfry-expand) .belfry-time{margin:0;line-height:28px}.belfry-actions{top:auto;bottom:0;background:none}}\
@media (forced-colors:active){.belfry-bell,.belfry-action,.belfry-button,.belfry-filter,.belfry-more{border:1px solid}.belfry-filter[aria-pressed=true]{forced-color-adjust:none;background:Highlight;color:HighlightText}}\
@media (prefers-reduced-motion:no-preference){.belfry-popover{animation:belfry-in .16s}}\
@keyframes belfry-in{from{opacity:0}}`;
