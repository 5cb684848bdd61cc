import Link from 'next/link';
import { type ReactNode, Suspense } from 'react';
import { signOut } from '../lib/actions.ts';
import { type FrontendName, frontendOf, type Person } from '../lib/people.ts';
import { readInbox, service } from '../lib/service.ts';
import { signedIn } from '../lib/session.ts';
import { Bell, Notifications } from './notifications.tsx';

interface FrontendProps {
  name: FrontendName;
  children: ReactNode;
}

/** The frame of a frontend. It is there at once; what depends on the person follows in the same response. */
export function Frontend(props: FrontendProps) {
  return (
    <Suspense fallback={<Frame {...props}>{null}</Frame>}>
      <SignedIn {...props} />
    </Suspense>
  );
}

async function SignedIn(props: FrontendProps) {
  const person = await signedIn(props.name);
  const { apiUrl, webSocketUrl } = await service();
  return (
    // The first page is a promise: the page does not wait for it, and the bell's count follows.
    <Notifications
      frontend={props.name}
      userId={person.id}
      {...{ apiUrl, webSocketUrl }}
      initialData={readInbox(person, props.name)}
    >
      <Frame {...props} person={person} />
    </Notifications>
  );
}

function Frame({ name, person, children }: FrontendProps & { person?: Person }) {
  return (
    <>
      <header className="bar" data-frontend={name}>
        <Link className="brand" href={`/${name}`}>
          Nightjar <span>{frontendOf(name)?.title}</span>
        </Link>
        {person && (
          <>
            <form action={signOut.bind(null, name)}>
              <span className="person">{person.name}</span>
              <Link href={`/${name}/settings`}>Settings</Link>
              <button className="quiet" type="submit">
                Sign out
              </button>
            </form>
            <Bell />
          </>
        )}
      </header>
      <main data-frontend={name}>{children}</main>
    </>
  );
}
