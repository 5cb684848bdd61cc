import Link from 'next/link';
import { bookings } from '../../lib/programme.ts';

export default function Bookings() {
  return (
    <>
      <h1>Your evenings</h1>
      <ul className="cards">
        {bookings.map(({ id, event, when, seats }) => (
          <li key={id}>
            <Link className="card" href={`/attendee/bookings/${id}`}>
              <small>{when}</small>
              <h2>{event}</h2>
              <p>{seats}</p>
            </Link>
          </li>
        ))}
      </ul>
      <Link href="/attendee/news">All news</Link>
    </>
  );
}
