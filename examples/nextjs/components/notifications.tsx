'use client';

import type { FeedPage } from 'belfry';
import { NotificationBell, NotificationInbox, NotificationProvider } from 'belfry/react';
import Link from 'next/link';
import type { ReactNode } from 'react';

/** Gives the inbox of who is signed in to a frontend to everything inside, live from the first paint on. */
export function Notifications({
  frontend,
  ...options
}: {
  frontend: string;
  userId: string;
  apiUrl: string;
  webSocketUrl: string;
  initialData: Promise<FeedPage | undefined>;
  children: ReactNode;
}) {
  return <NotificationProvider {...options} getToken={() => freshToken(frontend)} />;
}

export function Bell() {
  return <NotificationBell titleBadge renderLink={(props) => <Link {...props} />} />;
}

/** The bell's list as a part of a page, with room for more notifications. */
export function Inbox() {
  return <NotificationInbox renderLink={(props) => <Link {...props} />} />;
}

async function freshToken(frontend: string): Promise<string> {
  const response = await fetch(`/${frontend}/token`, { method: 'POST' });
  if (!response.ok) throw new Error(`No token: ${response.status}. Sign in again.`);
  return response.text();
}
