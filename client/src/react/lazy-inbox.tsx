import { useEffect, useLayoutEffect, useState } from 'react';
import { NotificationError } from '../error.ts';
import type { Inbox, InboxProps } from './inbox.tsx';
import { usePortalContainer } from './popover.tsx';

let loaded: typeof Inbox | undefined;
let loading: Promise<void> | undefined;

/** Loads the module of the inbox, which no page needs before the bell opens: once, and again only after a failure. */
export function loadInbox(): Promise<void> {
  loading ??= import('./inbox.tsx').then(
    (module) => {
      loaded = module.Inbox;
    },
    (cause) => {
      loading = undefined;
      throw new NotificationError('network', 'The module of the inbox could not be loaded.', { cause });
    },
  );
  return loading;
}

/**
 * The inbox in the popover, whose first element with a tab index gets the focus. Until its module is loaded, it says that it
 * is loading; if that fails, it says so, beside a button that tries again.
 */
export function LazyInbox(props: InboxProps) {
  const { labels } = props.settings;
  const [Loaded, setLoaded] = useState(() => loaded);
  const [error, setError] = useState<NotificationError | null>(null);
  const panel = usePortalContainer();

  useEffect(() => {
    if (Loaded || error) return;
    loadInbox().then(() => setLoaded(() => loaded), setError);
  }, [Loaded, error]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what had the focus is replaced when they change
  useLayoutEffect(() => panel?.querySelector<HTMLElement>('[tabindex]')?.focus(), [panel, Loaded, error]);

  if (Loaded) return <Loaded {...props} />;
  return (
    <div className="belfry-inbox" tabIndex={-1} aria-busy={!error}>
      <div className="belfry-header">
        <h2 className="belfry-title" id={props.titleId}>
          {labels.title}
        </h2>
      </div>
      <div className="belfry-state" role="status">
        {error ? labels.failed(error) : labels.loading}
        {error && (
          <button type="button" className="belfry-button" onClick={() => setError(null)}>
            {labels.retry}
          </button>
        )}
      </div>
    </div>
  );
}
