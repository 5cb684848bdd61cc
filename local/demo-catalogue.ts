import { define, defineCatalogue, type NotificationText } from '../client/src/catalogue.ts';

/**
 * The types of the demo page. None has a scope of its own. A notification that was sent with a title of its own, and without
 * the metadata of its type, keeps this title in every language.
 */
export const demoCatalogue = defineCatalogue({
  booking: define<{ seats?: number }>({
    default: 'on',
    texts: {
      en: ({ seats }) =>
        from(seats, { title: 'Your booking is confirmed', body: `${seats} seats. See you on Friday.` }),
      de: ({ seats }) =>
        from(seats, { title: 'Ihre Buchung ist bestätigt', body: `${seats} Plätze. Bis Freitag.` }),
    },
  }),
  // The organizer writes it.
  announcement: define({ default: 'on', texts: { en: () => undefined } }),
  promo: define<{ percent?: number }>({
    default: 'on',
    texts: {
      en: ({ percent }) => from(percent, { title: `${percent} % off`, body: 'This week, for every event.' }),
      de: ({ percent }) =>
        from(percent, { title: `${percent} % Rabatt`, body: 'Diese Woche, für jede Veranstaltung.' }),
    },
  }),
  digest: define<{ events?: number }>({
    default: 'off',
    texts: {
      en: ({ events }) => from(events, { title: 'Your week', body: `${events} new events near you.` }),
      de: ({ events }) =>
        from(events, { title: 'Ihre Woche', body: `${events} neue Veranstaltungen in der Nähe.` }),
    },
  }),
  payout: define<{ euros?: number }>({
    critical: true,
    texts: {
      en: ({ euros }) =>
        from(euros, { title: 'Your payout is on its way', body: `€${euros} for last week.` }),
      de: ({ euros }) =>
        from(euros, { title: 'Ihre Auszahlung ist unterwegs', body: `${euros} € für letzte Woche.` }),
    },
  }),
});

/** The text, if the notification has what it is made from. */
const from = (value: number | undefined, text: NotificationText) => (value === undefined ? undefined : text);

/** The options that `npm start` runs with, unless others are given: three frontends, and the types of the demo page. */
export const demoPolicy = { scopes: ['attendee', 'organizer', 'admin'], types: demoCatalogue.policy };
