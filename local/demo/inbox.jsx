import { NotificationBell, NotificationProvider } from 'belfry/react';
import { actionButtons } from 'belfry/react/actions';
import { groupActors } from 'belfry/react/groups';
import { NotificationPreferences } from 'belfry/react/preferences';
import { snoozeMenu } from 'belfry/react/snooze';
import { tabs } from 'belfry/react/tabs';
import { TitleBadge } from 'belfry/react/title-badge';
import { NotificationToaster } from 'belfry/react/toaster';
import { createPortal } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { demoCatalogue as catalogue } from '../demo-catalogue.ts';
import { people } from './extras.js';
import { bellLabels, partLabels, preferenceLabels, tabNames, toastLabels, typeNames } from './words.js';

/** An icon for each `metadata.type` of the catalogue. */
const icons = {
  booking: <Icon path="M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM15 6v12" />,
  announcement: <Icon path="M4 10v4h3l8 5V5L7 10zM18 9a4 4 0 0 1 0 6" />,
  promo: <Icon path="m19 5-14 14M8 5.500a2.500 2.500 0 1 0 .1 0zM16 13.500a2.500 2.500 0 1 0 .1 0z" />,
  digest: <Icon path="M5 4h14v16H5zM9 8h6M9 12h6M9 16h3" />,
  payout: <Icon path="M3 6h18v12H3zM12 9.500a2.500 2.500 0 1 0 .1 0zM6 9v.1M18 15v.1" />,
};

const filtersOf = ({ all, booking, snoozed, archived }) =>
  tabs([
    { label: all, filter: {} },
    { label: booking, filter: { type: 'booking' } },
    { label: snoozed, filter: { status: ['snoozed'] } },
    { label: archived, filter: { status: ['archived'] } },
  ]);
const filters = { en: filtersOf(tabNames.en), de: filtersOf(tabNames.de) };

/** What items have beside their texts. */
const partsOf = ({ groups, actions, snooze }) => [
  groupActors({ nameOf: (id) => people.get(id), labels: groups }),
  actionButtons({ labels: actions }),
  snoozeMenu({ labels: snooze }),
];
const itemParts = { en: partsOf(partLabels.en), de: partsOf(partLabels.de) };

/**
 * Puts into the page what shows the inbox: a bell in each app, the preferences, and the toasts. The returned function shows
 * the client of the whole inbox, the apps, each with a client of its own, and the types of the service.
 *
 * @param places elements: `apps`, and `preferences`, which has the nonce of the styles
 */
export function mountInbox(places) {
  const root = createRoot(places.apps);
  const { nonce } = places.preferences;
  return ({ whole, apps, types: known, language }) => {
    // The routes of notifications do not exist here, so a click on one only marks it as read.
    const shared = { nonce, icons, catalogue, locale: language, onNavigate() {} };
    const types = known.map((type) => ({ type, ...typeNames[language][type] }));
    root.render(
      <>
        {apps.map(({ scope, client, [language]: name }) => (
          <article key={name} className="app" data-scope={scope} lang={language}>
            <h3>{name}</h3>
            <p>{scope}</p>
            <NotificationProvider client={client}>
              <NotificationBell
                {...shared}
                filters={filters[language]}
                itemParts={itemParts[language]}
                labels={bellLabels(language, name)}
              />
            </NotificationProvider>
          </article>
        ))}
        <NotificationProvider client={whole}>
          {createPortal(
            <div lang={language}>
              <NotificationPreferences {...{ nonce, types }} labels={preferenceLabels(language)} />
            </div>,
            places.preferences,
          )}
          <NotificationToaster {...shared} labels={toastLabels(language)} />
          <TitleBadge />
        </NotificationProvider>
      </>,
    );
  };
}

function Icon({ path }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      width="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinejoin="round"
      strokeLinecap="round"
    >
      <path d={path} />
    </svg>
  );
}
