import { randomUUID } from 'node:crypto';
import { connection } from 'next/server';
import { SendForm } from '../../components/send-form.tsx';
import { people } from '../../lib/people.ts';

export default async function Announcements() {
  // Each form has a key of its own, so it is rendered for each request.
  await connection();
  const recipients = people.map(({ id, name, frontend }) => ({ id, label: `${name}, ${frontend}` }));
  return (
    <>
      <h1>Notify a person</h1>
      <SendForm recipients={recipients} firstKey={randomUUID()} />
    </>
  );
}
