import Link from 'next/link';
import { notFound } from 'next/navigation';
import { events } from '../../../../lib/programme.ts';

export default async function Event({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const event = events.find((each) => each.id === id) ?? notFound();
  return (
    <article className="card ticket">
      <small>Event {event.id}</small>
      <h1>{event.name}</h1>
      <p>{event.when}</p>
      <p>
        {event.sold} of {event.seats} seats are sold.
      </p>
      <Link href="/organizer">Everything on sale</Link>
    </article>
  );
}
