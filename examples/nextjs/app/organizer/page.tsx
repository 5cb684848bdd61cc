import Link from 'next/link';
import { events } from '../../lib/programme.ts';

export default function Events() {
  return (
    <>
      <h1>On sale</h1>
      <ul className="cards">
        {events.map(({ id, name, when, sold, seats }) => (
          <li key={id}>
            <Link className="card" href={`/organizer/events/${id}`}>
              <small>{when}</small>
              <h2>{name}</h2>
              <progress value={sold} max={seats} aria-label={`Seats sold of ${name}`} />
              <p>
                {sold} of {seats} sold
              </p>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
