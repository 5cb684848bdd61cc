import 'server-only';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { type FrontendName, type Person, personIn } from './people.ts';

/**
 * Replaces a real sign-in: it asks for no password. Each frontend has a cookie for its own path, so that all three can be
 * open in one browser.
 */
export async function openSession(frontend: FrontendName, { id }: Person): Promise<void> {
  const jar = await cookies();
  jar.set('session', id, { path: `/${frontend}`, httpOnly: true, sameSite: 'strict', maxAge: 3_600 });
}

export async function closeSession(frontend: FrontendName): Promise<void> {
  const jar = await cookies();
  jar.delete({ name: 'session', path: `/${frontend}` });
}

/** The person who is signed in to a frontend; undefined if there is none. */
export async function sessionOf(frontend: FrontendName): Promise<Person | undefined> {
  const jar = await cookies();
  return personIn(frontend, jar.get('session')?.value);
}

/** The person who is signed in to a frontend. Redirects to the start page if there is none. */
export async function signedIn(frontend: FrontendName): Promise<Person> {
  return (await sessionOf(frontend)) ?? redirect('/');
}
