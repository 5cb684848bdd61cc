/** The styles of the toasts, beside those of the bell, which may come later in the page and must not win. */
export const toastCss =
  // They are at an edge of the window, and at least 8 pixels from it.
  '.belfry-toaster{position:fixed;bottom:0;width:0}' +
  '.belfry .belfry-toasts{position:fixed;z-index:100;width:min(368px,100vw - 16px);color:var(--belfry-muted)}' +
  '.belfry-toasts[data-placement|=top]{top:16px}' +
  '.belfry-toasts[data-placement|=bottom]{bottom:16px}' +
  '.belfry-toasts[data-placement$=start]{inset-inline-start:max(8px,min(16px,100vw - 384px))}' +
  '.belfry-toasts[data-placement$=end]{inset-inline-end:max(8px,min(16px,100vw - 384px))}' +
  '.belfry-toasts[data-placement$=center]{left:50%;translate:-50%}' +
  '.belfry-toasts .belfry-list{display:grid;gap:8px}' +
  // Each one is a panel that is a link, with a button to dismiss it on top.
  '.belfry .belfry-toast{--belfry-indent:14px;position:relative;overflow:hidden;border:1px solid var(--belfry-line);border-radius:var(--belfry-radius,16px);background:var(--belfry-background);box-shadow:0 8px 28px -8px var(--belfry-shadow,#0003)}' +
  '.belfry-toast:has(.belfry-avatar){--belfry-indent:60px}' +
  '.belfry-toast .belfry-avatar{inset-inline-start:14px}' +
  '.belfry-toast :focus-visible{outline-offset:-2px}' +
  '.belfry-toast .belfry-open{padding-inline-end:44px;border-radius:calc(var(--belfry-radius,16px) - 1px)}' +
  '.belfry-toast .belfry-open:hover{background:var(--belfry-hover)}' +
  '.belfry-toast .belfry-name{font-weight:600}' +
  '.belfry-toast .belfry-body{-webkit-line-clamp:2}' +
  '.belfry-toast .belfry-action{position:absolute;top:8px;inset-inline-end:8px}' +
  '@media (any-pointer:coarse){.belfry-toast .belfry-open{padding-inline-end:56px}.belfry-toast .belfry-action{top:2px;inset-inline-end:4px}}';
