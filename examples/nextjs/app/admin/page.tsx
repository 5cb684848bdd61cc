import { randomUUID } from 'node:crypto';
import { connection } from 'next/server';
import { SendForm } from '../../components/send-form.tsx';
import { frontends, people } from '../../lib/people.ts';

export default async function Announcements() {
  // Each form has a key of its own, so it is rendered for each request.
  await connection();
  return (
    <>
      <h1>Tell a person</h1>
      <SendForm
        recipients={people.map(({ id, name }) => ({ id, label: name }))}
        scopes={frontends.map(({ name, title }) => ({ id: name, label: title }))}
        firstKey={randomUUID()}
      />
    </>
  );
}
