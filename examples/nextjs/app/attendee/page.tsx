import Link from 'next/link';
import { book } from '../../lib/actions.ts';
import { bookings, events } from '../../lib/programme.ts';

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
      <h2>More to come</h2>
      <ul className="cards">
        {events.map(({ id, name, when }) => (
          <li key={id} className="card">
            <small>{when}</small>
            <h3>{name}</h3>
            <form action={book.bind(null, id)}>
              <button className="primary" type="submit" aria-label={`Book two seats for ${name}`}>
                Book two seats
              </button>
            </form>
          </li>
        ))}
      </ul>
      <Link href="/attendee/news">All news</Link>
    </>
  );
}
