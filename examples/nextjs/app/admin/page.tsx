import { randomUUID } from 'node:crypto';
import { SendForm } from '../../components/send-form.tsx';
import { people } from '../../lib/people.ts';

export default function Announcements() {
  const recipients = people.map(({ id, name, frontend }) => ({ id, label: `${name}, ${frontend}` }));
  return (
    <>
      <h1>Notify a person</h1>
      <SendForm recipients={recipients} firstKey={randomUUID()} />
    </>
  );
}
