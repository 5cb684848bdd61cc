import 'server-only';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { type FrontendName, type Person, personOf } from './people.ts';

/**
 * Stands for a real sign-in: whoever asks is let in, without a password. A cookie of each frontend's own path lets all
 * three be open in one browser.
 */
export async function openSession(frontend: FrontendName): Promise<void> {
  const jar = await cookies();
  jar.set('session', personOf(frontend).id, {
    path: `/${frontend}`,
    httpOnly: true,
    sameSite: 'strict',
    maxAge: 3_600,
  });
}

export async function closeSession(frontend: FrontendName): Promise<void> {
  const jar = await cookies();
  jar.delete({ name: 'session', path: `/${frontend}` });
}

/** Who is signed in to a frontend, if anybody. */
export async function sessionOf(frontend: FrontendName): Promise<Person | undefined> {
  const jar = await cookies();
  const person = personOf(frontend);
  return jar.get('session')?.value === person.id ? person : undefined;
}

/** Who is signed in; whoever is not goes to the start page. */
export async function signedIn(frontend: FrontendName): Promise<Person> {
  return (await sessionOf(frontend)) ?? redirect('/');
}
