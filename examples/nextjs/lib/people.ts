/** The frontends of the platform. Each has a look, a sign-in and a bell of its own; its name is its scope in the service. */
export const frontends = [
  { name: 'attendee', title: 'Tickets', purpose: 'Books seats, and hears when doors open.' },
  { name: 'organizer', title: 'Box office', purpose: 'Plans evenings, and hears how they sell.' },
  { name: 'admin', title: 'Control room', purpose: 'Runs the hall, and tells everybody.' },
] as const;

export type FrontendName = (typeof frontends)[number]['name'];

export interface Person {
  /** The user's id in the service: one inbox, whatever the frontend. */
  id: string;
  name: string;
  /** Where the person may sign in. */
  frontends: readonly FrontendName[];
}

export const people: readonly Person[] = [
  { id: '0b5e55ed-0000-4000-8000-000000000001', name: 'Ada', frontends: ['attendee'] },
  { id: '0b5e55ed-0000-4000-8000-000000000002', name: 'Omar', frontends: ['attendee', 'organizer'] },
  { id: '0b5e55ed-0000-4000-8000-000000000003', name: 'Ines', frontends: ['attendee', 'organizer', 'admin'] },
];

/** The name of the person with this id; undefined if there is none. */
export const nameOf = (id: string) => people.find((person) => person.id === id)?.name;

/** The frontend of this name; undefined if there is none. */
export const frontendOf = (name: string) => frontends.find((each) => each.name === name);

/** The person with this id who may sign in to a frontend; undefined if there is none. */
export const personIn = (frontend: FrontendName, id: string | undefined): Person | undefined =>
  people.find((person) => person.id === id && person.frontends.includes(frontend));
