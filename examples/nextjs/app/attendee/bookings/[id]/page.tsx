import Link from 'next/link';
import { notFound } from 'next/navigation';
import { bookings } from '../../../../lib/programme.ts';

export default async function Booking({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const booking = bookings.find((each) => each.id === id) ?? notFound();
  return (
    <article className="card ticket">
      <small>Booking {booking.id}</small>
      <h1>{booking.event}</h1>
      <p>{booking.when}</p>
      <p>{booking.seats}</p>
      <Link href="/attendee">All evenings</Link>
    </article>
  );
}
