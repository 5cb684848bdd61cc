/**
 * The styles of the preferences, beside those of the bell, which may come later in the page and must not win. Without quotes,
 * ampersands and angle brackets, as there.
 */
export const preferencesCss =
  '.belfry .belfry-preference{gap:4px 16px;padding:12px;display:grid;grid-template-columns:1fr auto;align-items:center;border-radius:10px}' +
  '.belfry-preference:is(:hover,:focus-within){background:var(--belfry-hover)}' +
  '.belfry .belfry-choice{min-width:0}' +
  '.belfry-choice .belfry-body{-webkit-line-clamp:none;display:block}' +
  '.belfry-name[for]{cursor:pointer}' +
  // The thumb is a border, which high contrast shows.
  '.belfry-inbox .belfry-switch{padding:2px;width:42px;min-width:0;height:24px;min-height:0;position:relative;justify-items:start;border-radius:12px;border:2px solid var(--belfry-muted);background:none}' +
  '.belfry-inbox .belfry-switch[aria-checked=true]{border-color:var(--belfry-accent);background:var(--belfry-accent)}' +
  '.belfry .belfry-thumb{border:8px solid var(--belfry-muted);border-radius:8px}' +
  '.belfry [aria-checked=true] .belfry-thumb{margin-inline-start:18px;border-color:var(--belfry-background)}' +
  '.belfry-switch:focus-visible{outline-offset:2px}' +
  '.belfry .belfry-refused{position:sticky;bottom:0}' +
  '.belfry-refused .belfry-notice{color:var(--belfry-text)}' +
  '.belfry-preference [aria-disabled=true]{cursor:default}' +
  // A finger needs more room than the switch has.
  '@media (any-pointer:coarse){.belfry .belfry-preference{min-height:52px}}' +
  '@media (prefers-reduced-motion:no-preference){.belfry .belfry-thumb{transition:.16s}}';
