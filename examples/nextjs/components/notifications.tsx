'use client';

import type { FeedPage } from 'belfry';
import { NotificationBell, type NotificationLinkProps, NotificationProvider } from 'belfry/react';
import { actionButtons } from 'belfry/react/actions';
import { byDay } from 'belfry/react/by-day';
import { groupActors } from 'belfry/react/groups';
import { NotificationInbox } from 'belfry/react/inbox';
import { NotificationPreferences } from 'belfry/react/preferences';
import { snoozeMenu } from 'belfry/react/snooze';
import { tabs } from 'belfry/react/tabs';
import { TitleBadge } from 'belfry/react/title-badge';
import { NotificationToaster } from 'belfry/react/toaster';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { catalogue } from '../lib/catalogue.ts';
import { type FrontendName, nameOf } from '../lib/people.ts';

/** Next's own links, so that a notification opens its place without a new page. */
const renderLink = (props: NotificationLinkProps) => <Link {...props} />;

/** An icon for each `metadata.type`. */
const icons = {
  payout: <Icon path="M3 6h18v12H3zM12 9.500a2.500 2.500 0 1 0 .1 0z" />,
  booking: <Icon path="M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM15 6v12" />,
  announcement: <Icon path="M4 10v4h3l8 5V5L7 10zM18 9a4 4 0 0 1 0 6" />,
};

/** The words are those of the catalogue, in the language of this page: a server cannot ask the browser for it. */
const look = { icons, renderLink, catalogue, locale: 'en' };

/** What notifications have beside their words: who is behind a group, buttons, and a menu to put them off. */
const itemParts = [groupActors({ nameOf }), actionButtons(), snoozeMenu()];

interface NotificationsProps {
  /** Also the scope: each frontend has a bell and a count of its own. */
  frontend: FrontendName;
  userId: string;
  apiUrl: string;
  webSocketUrl: string;
  /** Not waited for: what shows notifications follows when it is there. */
  initialData: Promise<FeedPage | undefined>;
  children: ReactNode;
}

/** Gives everything inside the inbox of the person who is signed in to a frontend, and shows what arrives. */
export function Notifications({ frontend, children, ...options }: NotificationsProps) {
  const router = useRouter();
  return (
    <NotificationProvider
      {...options}
      scope={frontend}
      getToken={() => freshToken(frontend)}
      onSessionExpired={() => router.push('/')}
    >
      {children}
      <NotificationToaster {...look} />
    </NotificationProvider>
  );
}

export function Bell() {
  return (
    <>
      <NotificationBell {...look} itemParts={itemParts} />
      <TitleBadge />
    </>
  );
}

/** The bell's list as a part of a page, with room for days, and tabs of its own. */
export function Inbox() {
  const filters = tabs([
    { label: 'Everything', filter: {} },
    { label: 'Bookings', filter: { type: 'booking' } },
    { label: 'Snoozed', filter: { status: ['snoozed'] } },
    { label: 'Archive', filter: { status: ['archived'] } },
  ]);
  return <NotificationInbox groupBy={byDay} filters={filters} itemParts={itemParts} {...look} />;
}

/** Which types reach the person, in every frontend. */
export function Settings() {
  return (
    <NotificationPreferences
      types={[
        { type: 'booking', label: 'Bookings', description: 'Confirmations, and every change to your seats' },
        { type: 'announcement', label: 'Announcements', description: 'What the hall tells everybody' },
        { type: 'promo', label: 'Offers', description: 'Once a week at most' },
        { type: 'payout', label: 'Payouts', description: 'Money that is on its way to you' },
      ]}
    />
  );
}

async function freshToken(frontend: string): Promise<string> {
  const response = await fetch(`/${frontend}/token`, { method: 'POST' });
  // Only a 401 means that the session has expired. A TypeError, like that of `fetch` itself, is tried again.
  if (response.status === 401) throw new Error('Sign in again.');
  if (!response.ok) throw new TypeError(`No token: ${response.status}.`);
  return response.text();
}

function Icon({ path }: { path: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      aria-hidden
    >
      <path d={path} strokeLinejoin="round" />
    </svg>
  );
}
