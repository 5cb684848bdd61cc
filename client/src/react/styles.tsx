/**
 * The look, as one style element. React 19 puts it into the head, once for all bells, before anything is painted;
 * React 18, and whoever needs a nonce (which React's head only knows from `nonce.style` of the server's renderer), have
 * it in place. All rules are single classes, so that a rule of the app's own wins without a fight.
 */
export function Styles({ nonce }: { nonce: string | undefined }) {
  const html = { __html: css };
  return nonce === undefined ? (
    <style href="belfry" precedence="belfry" dangerouslySetInnerHTML={html} />
  ) : (
    // Browsers hide the nonce from scripts, so what React hydrates looks different from what it rendered.
    <style nonce={nonce} dangerouslySetInnerHTML={html} suppressHydrationWarning />
  );
}

/** The custom properties that an app may set, and what they are where it does not. */
function colours(
  background: string,
  hover: string,
  text: string,
  muted: string,
  line: string,
  accent: string,
  shadow: string,
) {
  return `--b-background:var(--belfry-background,${background});--b-hover:var(--belfry-hover,${hover});--b-text:var(--belfry-text,${text});--b-muted:var(--belfry-muted,${muted});--b-line:var(--belfry-line,${line});--b-accent:var(--belfry-accent,${accent});--b-shadow:var(--belfry-shadow,${shadow});`;
}

const light = `color-scheme:light;${colours('#fff', '#f5f5f7', '#18181b', '#62626d', '#e6e6ea', '#4f46e5', '0 16px 40px -8px #18181b33,0 2px 8px #18181b14')}`;
const dark = `color-scheme:dark;${colours('#1c1c20', '#28282e', '#f4f4f6', '#a6a6b2', '#37373e', '#a5b0ff', '0 16px 40px -8px #000c,0 2px 8px #0006')}`;

const css = `
.belfry{${light}position:relative;display:inline-block;font:14px/20px var(--belfry-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif);letter-spacing:normal;text-align:start}
.belfry[data-theme=dark]{${dark}}
@media (prefers-color-scheme:dark){.belfry:not([data-theme=light]){${dark}}}
.belfry *,.belfry ::before,.belfry ::after{box-sizing:border-box}
.belfry-bell,.belfry-open,.belfry-text-button,.belfry-filter,.belfry-action,.belfry-more{appearance:none;margin:0;padding:0;border:1px solid transparent;background:none;color:inherit;font:inherit;text-align:inherit;text-decoration:none;cursor:pointer;-webkit-tap-highlight-color:transparent}
.belfry :focus-visible{outline:2px solid var(--b-accent);outline-offset:-2px}
.belfry [aria-disabled=true]{opacity:.5;cursor:default}
.belfry-icon{display:block;width:1.4em;height:1.4em;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.belfry-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.belfry-bell{position:relative;display:grid;place-items:center;width:40px;height:40px;border-radius:12px;font-size:16px}
.belfry-bell:hover,.belfry-bell[aria-expanded=true]{background:color-mix(in srgb,currentColor 9%,transparent)}
.belfry-badge{position:absolute;inset-block-start:1px;inset-inline-start:20px;min-width:18px;height:18px;padding:0 4px;border:1px solid transparent;border-radius:9px;background:var(--belfry-badge,#d92d20);color:var(--belfry-badge-text,#fff);font-size:11px;line-height:16px;font-weight:650;font-variant-numeric:tabular-nums;text-align:center;pointer-events:none}
.belfry-popover{position:fixed;z-index:2147483000;inset:auto;display:flex;width:min(400px,100vw - 16px);margin:0;padding:0;overflow:hidden;border:1px solid var(--b-line);border-radius:var(--belfry-radius,16px);background:var(--b-background);color:var(--b-text);box-shadow:var(--b-shadow);outline:0}
.belfry-page{display:block;color:var(--b-text)}
.belfry-inbox{display:flex;flex:1;flex-direction:column;min-width:0}
.belfry-popover .belfry-inbox{max-height:640px}
.belfry-header{display:flex;align-items:center;justify-content:space-between;gap:8px;padding-block:14px 6px;padding-inline:20px 12px}
.belfry-title{margin:0;font-size:17px;line-height:24px;font-weight:650;letter-spacing:-.01em}
.belfry-text-button{padding:4px 8px;border-radius:8px;color:var(--b-accent);font-size:13px;font-weight:500;white-space:nowrap}
.belfry-text-button:not([aria-disabled=true]):hover,.belfry-filter:hover,.belfry-more:hover{background:var(--b-hover)}
.belfry-filters{display:flex;gap:4px;padding:2px 12px 10px;border-bottom:1px solid var(--b-line)}
.belfry-filter{padding:3px 10px;border-radius:14px;color:var(--b-muted);font-size:13px;font-weight:500}
.belfry-filter[aria-pressed=true]{background:var(--b-hover);color:var(--b-text)}
.belfry-notice{display:flex;align-items:center;justify-content:space-between;min-height:36px;padding:4px 12px;padding-inline-start:20px;border-bottom:1px solid var(--b-line);background:var(--b-hover);color:var(--b-muted);font-size:13px}
.belfry-scroller{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;outline:0}
.belfry-list{margin:0;padding:6px;list-style:none}
.belfry-item{position:relative;margin:0;border-radius:10px}
.belfry-item:hover,.belfry-item:focus-within{background:var(--b-hover)}
.belfry-open{display:block;width:100%;padding:9px 11px;padding-inline-start:27px;border-radius:10px}
.belfry-line{display:flex;gap:12px}
.belfry-item-title,.belfry-body{display:-webkit-box;overflow:hidden;overflow-wrap:anywhere;-webkit-box-orient:vertical;-webkit-line-clamp:2}
.belfry-item-title{flex:1}
.belfry-dot{position:absolute;inset-block-start:16px;inset-inline-start:12px;border:4px solid var(--b-accent);border-radius:4px}
.belfry-item-title:has(.belfry-dot){font-weight:600}
.belfry-time{color:var(--b-muted);font-size:12px;white-space:nowrap}
.belfry-body{margin-top:1px;color:var(--b-muted);font-size:13px;line-height:18px}
.belfry-open[aria-expanded=true] .belfry-body{display:block;white-space:pre-line}
.belfry-actions{position:absolute;inset-block-start:5px;inset-inline-end:6px;display:flex;border-radius:8px;background:var(--b-hover);opacity:0}
.belfry-item:hover .belfry-actions,.belfry-item:focus-within .belfry-actions{opacity:1}
.belfry-action{display:grid;place-items:center;width:28px;height:28px;border-radius:8px;color:var(--b-muted);font-size:13px}
.belfry-action:hover{color:var(--b-text);background:var(--b-line)}
.belfry-more{display:block;width:calc(100% - 12px);margin:0 6px 6px;padding:8px;border-radius:10px;color:var(--b-muted);font-size:13px;font-weight:500;text-align:center}
.belfry-state{display:flex;flex-direction:column;align-items:center;justify-content:center;gap:10px;min-height:220px;padding:24px;color:var(--b-muted);text-align:center}
.belfry-state .belfry-icon{font-size:24px;stroke-width:1.3;opacity:.7}
.belfry-loading{padding:6px}
.belfry-skeleton{padding:14px 27px}
.belfry-skeleton::before,.belfry-skeleton::after{content:"";display:block;width:45%;height:10px;border:1px solid transparent;border-radius:5px;background:var(--b-line)}
.belfry-skeleton::after{width:85%;margin-top:10px}
@media (hover:none){
.belfry-bell,.belfry-action{width:44px;height:44px}
.belfry-badge{inset-inline-start:22px}
.belfry-text-button,.belfry-filter,.belfry-more{min-height:44px}
.belfry-filter{padding-inline:14px;border-radius:22px}
.belfry-actions{position:static;justify-content:flex-end;margin-top:-12px;background:none;opacity:1}
.belfry-action{font-size:15px}
}
@media (forced-colors:active){
.belfry-filter[aria-pressed=true]{border-color:Highlight}
.belfry-item:focus-within{outline:1px solid}
}
@media (prefers-reduced-motion:no-preference){
.belfry-popover{animation:belfry-in .16s cubic-bezier(.2,.8,.2,1)}
.belfry-badge{animation:belfry-in .2s}
.belfry-skeleton{animation:belfry-wait 1.2s infinite alternate}
.belfry-bell,.belfry-item,.belfry-actions{transition:background-color .12s,opacity .12s}
}
@keyframes belfry-in{from{opacity:0;transform:translateY(-6px)}}
@keyframes belfry-wait{to{opacity:.45}}
`;
