/** What the frontends of the demo are called, by their scopes. */
const appNames = {
  attendee: { en: 'Tickets', de: 'Karten' },
  organizer: { en: 'Box office', de: 'Kasse' },
  admin: { en: 'Control room', de: 'Leitstand' },
};

/**
 * The frontends of a service with these scopes, which may be others than those of the demo. Without scopes there is one, whose
 * scope is undefined.
 */
export const appsOf = (scopes) =>
  scopes.length > 0
    ? scopes.map((scope) => ({ scope, ...(appNames[scope] ?? { en: scope, de: scope }) }))
    : [{ scope: undefined, en: 'Your app', de: 'Ihre App' }];

/** What the page says of the types of the catalogue. */
export const typeNames = {
  en: {
    booking: { label: 'Bookings', description: 'Confirmations, and every change to your seats' },
    announcement: { label: 'Announcements', description: 'What the organizer tells everybody' },
    promo: { label: 'Offers', description: 'Once a week at most' },
    digest: { label: 'Weekly digest', description: 'Off until you switch it on' },
    payout: { label: 'Payouts', description: 'Money that is on its way to you' },
  },
  de: {
    booking: { label: 'Buchungen', description: 'Bestätigungen und jede Änderung an Ihren Plätzen' },
    announcement: { label: 'Ansagen', description: 'Was der Veranstalter allen sagt' },
    promo: { label: 'Angebote', description: 'Höchstens einmal in der Woche' },
    digest: { label: 'Wochenblick', description: 'Aus, bis Sie ihn einschalten' },
    payout: { label: 'Auszahlungen', description: 'Geld, das zu Ihnen unterwegs ist' },
  },
};

/** The filters of the bells. */
export const tabNames = {
  en: { all: 'All', booking: 'Bookings', snoozed: 'Snoozed', archived: 'Archived' },
  de: { all: 'Alle', booking: 'Buchungen', snoozed: 'Später', archived: 'Archiv' },
};

/** The texts of what items have beside their texts. The English ones are their own. */
export const partLabels = {
  en: {},
  de: {
    groups: {
      others: (count) => (count > 1 ? `${count} weitere` : '1 weitere Person'),
      times: (count) => `${count}-mal`,
    },
    actions: {
      pressed: (label) => `Ihre Antwort: ${label}`,
      undo: 'Rückgängig',
      taken: 'Auf einem anderen Gerät beantwortet',
      failed: 'Das hat nicht geklappt. Versuchen Sie es noch einmal.',
    },
    snooze: {
      snooze: 'Auf später legen',
      hour: 'In einer Stunde',
      evening: 'Heute Abend',
      tomorrow: 'Morgen',
      week: 'Nächste Woche',
      snoozed: (time) => `Kommt wieder: ${time}`,
      until: (time) => `Kommt wieder: ${time}`,
      wake: 'Jetzt wecken',
    },
  },
};

/** The texts of the bells in German. The English ones are their own. */
const german = {
  filter: 'Zeigen',
  views: { all: 'Alle', unread: 'Ungelesen', archived: 'Archiv' },
  empty: { all: 'Nichts Neues', unread: 'Nichts ungelesen', archived: 'Nichts im Archiv' },
  markAllAsRead: 'Alle gelesen',
  markTheseAsRead: 'Diese gelesen',
  archiveAllRead: 'Gelesenes ins Archiv',
  markAsRead: 'Als gelesen markieren',
  markAsUnread: 'Als ungelesen markieren',
  archive: 'Ins Archiv',
  unarchive: 'Zurückholen',
  archived: (count) => (count > 1 ? `${count} im Archiv` : 'Im Archiv'),
  undo: 'Rückgängig',
  dismiss: 'Schließen',
  more: 'Mehr',
  less: 'Weniger',
  loading: 'Lädt …',
  loadMore: 'Ältere',
  retry: 'Noch einmal',
  offline: 'Sie sind offline',
  unreachable: 'Die Benachrichtigungen sind gerade nicht zu erreichen',
  polling: 'Neues kommt verspätet',
  failed: () => 'Das hat nicht geklappt',
};

/** @param name of the app */
export function bellLabels(language, name) {
  const [unread, recent] = language === 'de' ? ['ungelesen', 'neu'] : ['unread', 'new'];
  return {
    ...(language === 'de' && german),
    title: name,
    bell: (unreadCount, newCount) =>
      [name, unreadCount && `${unreadCount} ${unread}`, newCount && `${newCount} ${recent}`]
        .filter(Boolean)
        .join(', '),
    // The toasts announce it, once for all bells.
    arrived: () => '',
  };
}

export const toastLabels = (language) => ({
  ...(language === 'de' && german),
  title: language === 'de' ? 'Benachrichtigungen' : 'Notifications',
});

export const preferenceLabels = (language) =>
  language === 'de'
    ? {
        title: 'Was Sie erreichen darf',
        critical: 'Immer an, weil Sie das wissen müssen.',
        empty: 'Es gibt nichts zu wählen',
        loading: 'Lädt …',
        failed: () => 'Ihre Einstellungen sind gerade nicht zu erreichen',
        retry: 'Noch einmal',
        notChanged: (name) => `„${name}“ wurde nicht geändert. Versuchen Sie es noch einmal.`,
      }
    : { title: 'What may reach you' };
