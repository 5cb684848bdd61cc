import { useId } from 'react';
import { Inbox } from './inbox.tsx';
import { Promised } from './provider.tsx';
import { type InboxOptions, settingsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';

/**
 * The inbox of the bell as part of a page. It shares the client's filter with the bell.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationInbox theme="dark" labels={{ title: 'Inbox' }} />
 */
export function NotificationInbox(options: InboxOptions) {
  return (
    <Promised>
      <Page {...options} />
    </Promised>
  );
}

function Page(options: InboxOptions) {
  const titleId = useId();
  return (
    <section className="belfry belfry-page" data-theme={options.theme} aria-labelledby={titleId}>
      <Styles nonce={options.nonce} />
      <Inbox settings={settingsFrom(options)} titleId={titleId} />
    </section>
  );
}
