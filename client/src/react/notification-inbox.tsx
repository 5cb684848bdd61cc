'use client';

import { useId, useRef } from 'react';
import { Inbox } from './inbox.tsx';
import { Promised } from './provider.tsx';
import { type AnyOptions, type InboxOptions, settingsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';
import { useTheme } from './use-theme.ts';

export { defaultComponents } from './default-components.ts';

/**
 * The inbox of the bell as part of a page. It shares the client's filter with the bell.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationInbox theme="dark" labels={{ title: 'Inbox' }} />
 */
export function NotificationInbox<Catalogue>(options: InboxOptions<Catalogue>) {
  return (
    <Promised>
      <Page {...options} />
    </Promised>
  );
}

function Page(options: AnyOptions) {
  const root = useRef<HTMLElement>(null);
  const titleId = useId();
  const settings = settingsFrom(options);
  const theme = useTheme(root, settings.theme);
  return (
    <section className="belfry belfry-page" data-theme={theme} aria-labelledby={titleId} ref={root}>
      <Styles nonce={settings.nonce} />
      <Inbox settings={settings} titleId={titleId} />
    </section>
  );
}
