/** One frontend of the platform; each has its own people, look and sign-in. */
export type FrontendName = 'attendee' | 'organizer' | 'admin';

export interface Person {
  /** The user's id in the service. */
  id: string;
  name: string;
  frontend: FrontendName;
  /** What this frontend is for, as the start page says it. */
  purpose: string;
}

export const people: readonly Person[] = [
  {
    id: '0b5e55ed-0000-4000-8000-000000000001',
    name: 'Ada',
    frontend: 'attendee',
    purpose: 'Books seats, and hears when doors open.',
  },
  {
    id: '0b5e55ed-0000-4000-8000-000000000002',
    name: 'Omar',
    frontend: 'organizer',
    purpose: 'Plans evenings, and hears how they sell.',
  },
  {
    id: '0b5e55ed-0000-4000-8000-000000000003',
    name: 'Ines',
    frontend: 'admin',
    purpose: 'Runs the hall, and tells everybody.',
  },
];

/** Throws for a frontend that does not exist. */
export function personOf(frontend: string): Person {
  const person = people.find((each) => each.frontend === frontend);
  if (!person) throw new Error(`There is no frontend ${JSON.stringify(frontend)}.`);
  return person;
}
