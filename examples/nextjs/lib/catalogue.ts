import { define, defineCatalogue } from 'belfry/catalogue';

/**
 * What this platform tells people. The producer, the bells and the settings all go by it. In your app, the CDK stack takes
 * `catalogue.policy` as the option `types` of the service.
 */
export const catalogue = defineCatalogue({
  booking: define<{ booking_id: string; event: string; seats: number }>({
    route: ({ booking_id }) => `/attendee/bookings/${booking_id}`,
    texts: {
      en: ({ event, seats }) => ({
        title: 'Your booking is confirmed',
        body: `${event}, ${seats} ${seats === 1 ? 'seat' : 'seats'}. See you there.`,
      }),
      de: ({ event, seats }) => ({
        title: 'Ihre Buchung ist bestätigt',
        body: `${event}, ${seats} ${seats === 1 ? 'Platz' : 'Plätze'}. Bis bald.`,
      }),
    },
  }),
  payout: define<{ event_id: string; event: string; euros: number }>({
    critical: true,
    route: ({ event_id }) => `/organizer/events/${event_id}`,
    texts: {
      en: ({ event, euros }) => ({ title: `€${euros} are on their way`, body: `For seats of “${event}”.` }),
      de: ({ event, euros }) => ({ title: `${euros} € sind unterwegs`, body: `Für Plätze bei „${event}“.` }),
    },
  }),
  // The organizer writes it, in one language.
  announcement: define<{ headline: string; text: string }>({
    texts: { en: ({ headline, text }) => ({ title: headline, body: text }) },
  }),
});
