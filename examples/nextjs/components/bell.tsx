'use client';

import type { FeedPage } from 'belfry';
import { NotificationBell, NotificationProvider } from 'belfry/react';
import Link from 'next/link';

/** The bell of the person who is signed in to a frontend, live from the first paint on. */
export function Bell({
  frontend,
  userId,
  ...service
}: {
  frontend: string;
  userId: string;
  apiUrl: string;
  webSocketUrl: string;
  initialData: FeedPage | undefined;
}) {
  return (
    <NotificationProvider {...service} userId={userId} getToken={() => freshToken(frontend)}>
      <NotificationBell titleBadge renderLink={(props) => <Link {...props} />} />
    </NotificationProvider>
  );
}

async function freshToken(frontend: string): Promise<string> {
  const response = await fetch(`/${frontend}/token`, { method: 'POST' });
  if (!response.ok) throw new Error(`No token: ${response.status}. Sign in again.`);
  return response.text();
}
