import Link from 'next/link';
import type { ReactNode } from 'react';
import { signOut } from '../lib/actions.ts';
import type { FrontendName } from '../lib/people.ts';
import { readInbox, service } from '../lib/service.ts';
import { signedIn } from '../lib/session.ts';
import { Bell, Notifications } from './notifications.tsx';

/** The frame of a frontend: its header with the bell, rendered on the server with list and count. */
export async function Frontend({
  name,
  title,
  children,
}: {
  name: FrontendName;
  title: string;
  children: ReactNode;
}) {
  const person = await signedIn(name);
  const [{ apiUrl, webSocketUrl }, initialData] = await Promise.all([service(), readInbox(person)]);
  return (
    <Notifications frontend={name} userId={person.id} {...{ apiUrl, webSocketUrl, initialData }}>
      <header className="bar" data-frontend={name}>
        <Link className="brand" href={`/${name}`}>
          Nightjar <span>{title}</span>
        </Link>
        <form action={signOut.bind(null, name)}>
          <span className="person">{person.name}</span>
          <button className="quiet" type="submit">
            Sign out
          </button>
        </form>
        <Bell />
      </header>
      <main data-frontend={name}>{children}</main>
    </Notifications>
  );
}
