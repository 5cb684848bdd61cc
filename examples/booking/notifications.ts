import { define, defineCatalogue } from 'belfry/catalogue';

/** What the notifications about a booking are made of. */
interface Booking {
  booking_id: string;
  /** Such as `Row F, seat 12`. */
  summary: string;
}

const route = ({ booking_id }: Booking) => `/bookings/${booking_id}`;

/** The frontends with a bell of their own. */
export const scopes = ['attendee', 'organizer'];

/**
 * Every type of notifications of this app, once. The stack takes its rules, the producer its methods, and a frontend its
 * texts.
 */
export const catalogue = defineCatalogue({
  booking_taken: define<Booking>({
    scope: 'attendee',
    route,
    texts: {
      en: ({ summary }) => ({ title: 'We have your booking', body: summary }),
      de: ({ summary }) => ({ title: 'Ihre Buchung ist da', body: summary }),
    },
  }),
  booking_confirmed: define<Booking>({
    scope: 'attendee',
    critical: true,
    route,
    texts: {
      en: ({ summary }) => ({ title: 'Your booking is confirmed', body: summary }),
      de: ({ summary }) => ({ title: 'Ihre Buchung ist bestätigt', body: summary }),
    },
  }),
  seats_sold: define<{ event_id: string; seats: number }>({
    scope: 'organizer',
    default: 'off',
    route: ({ event_id }) => `/events/${event_id}`,
    texts: {
      en: ({ seats }) => ({ title: `${seats} seats sold` }),
      de: ({ seats }) => ({ title: `${seats} Plätze verkauft` }),
    },
  }),
});
