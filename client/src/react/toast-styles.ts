/** The styles of the toasts, beside those of the bell. */
export const toastCss = `.belfry-toaster{position:fixed;bottom:0;width:0}\
.belfry-toasts{position:fixed;z-index:100;inset:auto;width:min(368px,100vw - 16px);margin:0;padding:0;border:0;overflow:visible;background:none;color:var(--belfry-text)}\
.belfry-toasts[data-placement|=top]{top:16px}\
.belfry-toasts[data-placement|=bottom]{bottom:16px}\
.belfry-toasts[data-placement$=start]{inset-inline-start:max(8px,min(16px,100vw - 384px))}\
.belfry-toasts[data-placement$=end]{inset-inline-end:max(8px,min(16px,100vw - 384px))}\
.belfry-toasts[data-placement$=center]{left:50%;translate:-50%}\
.belfry-toasts .belfry-list{--belfry-indent:14px;display:grid;gap:8px}\
.belfry-toasts .belfry-list:has(.belfry-avatar){--belfry-indent:14px}\
.belfry-toast{position:relative;overflow:hidden;border:1px solid var(--belfry-line);border-radius:var(--belfry-radius);background:var(--belfry-background);box-shadow:0 8px 28px -8px var(--belfry-shadow)}\
.belfry-toast:has(.belfry-avatar){--belfry-indent:60px}\
.belfry-toast .belfry-avatar{inset-inline-start:14px}\
.belfry-toast .belfry-open{display:block;padding-block:11px;padding-inline-end:44px;border-radius:calc(var(--belfry-radius) - 1px)}\
.belfry-toast .belfry-open:hover{background:var(--belfry-hover)}\
.belfry-toast .belfry-line{display:flex}\
.belfry-toast .belfry-name{font-weight:600}\
.belfry-toast .belfry-body{-webkit-line-clamp:2}\
.belfry-toast .belfry-time{margin:0;line-height:inherit}\
.belfry-toast .belfry-action{position:absolute;top:8px;inset-inline-end:8px}\
@media (any-pointer:coarse){.belfry-toast .belfry-open{padding-inline-end:56px}.belfry-toast .belfry-action{top:2px;inset-inline-end:4px}}`;
