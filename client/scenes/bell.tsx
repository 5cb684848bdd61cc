import { StrictMode, useEffect } from 'react';
import { createPortal } from 'react-dom';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { byDay } from '../src/react/by-day.ts';
import { NotificationPreferences, type PreferenceType } from '../src/react/preferences.tsx';
import { tabs } from '../src/react/tabs.tsx';
import { NotificationToaster } from '../src/react/toaster.tsx';
import { NotificationBell, type NotificationBellProps, NotificationProvider } from '../src/react.ts';
import { arrivals, states } from './states.ts';

const { state = 'filled', theme, nonce, isHydrated, isOpen } = window.scene;
if (!(state in states)) {
  throw new Error(`There is no scene "${state}". Choose one of ${Object.keys(states).join(', ')}.`);
}
window.fake = states[state]();
window.opened = [];

const isArabic = document.documentElement.lang === 'ar';
const labels: NotificationBellProps['labels'] = isArabic
  ? {
      title: 'الإشعارات',
      markAllAsRead: 'تحديد الكل كمقروء',
      views: { all: 'الكل', unread: 'غير مقروءة', archived: 'المؤرشفة' },
      empty: { all: 'لا جديد لديكم', unread: 'لا شيء غير مقروء', archived: 'لا شيء مؤرشف' },
      retry: 'إعادة المحاولة',
      offline: 'أنتم غير متصلين',
      unreachable: 'تعذّر الوصول إلى الإشعارات حاليًا',
      unauthenticated: 'سجّلوا الدخول مجددًا لعرض إشعاراتكم',
      polling: 'التحديثات متأخرة',
      archived: (count) => `أُرشف ${count}`,
      undo: 'تراجع',
      failed: () => 'لم ينجح ذلك',
    }
  : {};

const ticket = (
  <svg
    aria-hidden="true"
    width="18"
    height="18"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
  >
    <path d="M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zm10 0v12" />
  </svg>
);

/** The props of the bell in a state that shows an option. */
const optionsOf: Partial<Record<typeof state, NotificationBellProps>> = {
  mixed: { icons: { booking: ticket } },
  grouped: {
    groupBy: byDay,
    filters: tabs([
      { label: 'Everything', filter: {} },
      { label: 'Unread', filter: { status: ['unread'] } },
      { label: 'Bookings', filter: { type: 'booking' } },
      { label: 'From the concert hall', filter: { type: 'hall' } },
      { label: 'Done', filter: { status: ['archived'] } },
    ]),
  },
};

const types: PreferenceType[] = isArabic
  ? [
      { type: 'booking', label: 'الحجوزات', description: 'التأكيدات، وكل تغيير في مقاعدكم' },
      { type: 'promo', label: 'العروض', description: 'مرة واحدة في الأسبوع على الأكثر' },
      { type: 'payout', label: 'المدفوعات' },
    ]
  : [
      { type: 'booking', label: 'Bookings', description: 'Confirmations, and every change to your seats' },
      { type: 'promo', label: 'Offers', description: 'Once a week at most' },
      { type: 'payout', label: 'Payouts', description: 'Money that is on its way to you' },
    ];

/** The panel, in the page below the bell. */
const panel = state.startsWith('preferences') && (
  <NotificationPreferences
    {...{ theme, nonce, types }}
    labels={
      isArabic
        ? {
            title: 'إعدادات الإشعارات',
            critical: 'مفعّلة دائمًا، لأنها مهمة لكم',
            notChanged: (name) => `تعذّر تغيير «${name}»`,
          }
        : {}
    }
  />
);
const page = document.querySelector('main');

let mustOpen = isOpen;

/** Archives two notifications. The bar that undoes it stays, because no time passes here. */
function archive() {
  window.setInterval = (() => 0) as typeof window.setInterval;
  const buttons = [...document.querySelectorAll<HTMLElement>('.belfry-action:last-child')];
  for (const button of buttons.slice(-2)) button.click();
}

const switchOffers = () => document.querySelectorAll<HTMLElement>('.belfry-switch')[1]?.click();

/** Opens the inbox as a click does, once the bell is there. */
function Opener() {
  useEffect(() => {
    // Strict mode runs an effect twice.
    if (mustOpen && state === 'toasts') for (const row of arrivals()) window.fake.arrive(row);
    else if (mustOpen && state === 'preferencesRefused') setTimeout(switchOffers);
    else if (mustOpen && !panel) document.querySelector<HTMLElement>('[aria-haspopup=dialog]')?.click();
    if (mustOpen && state === 'undo') requestAnimationFrame(archive);
    mustOpen = false;
    // Of the scenes side by side, none is to look focused.
    requestAnimationFrame(
      () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
    );
  }, []);
  return null;
}

const app = (
  <StrictMode>
    <NotificationProvider client={window.fake.client}>
      <NotificationBell
        {...{ theme, nonce, labels }}
        {...optionsOf[state]}
        onNavigate={(href) => window.opened.push(href)}
      />
      {state === 'toasts' && (
        <NotificationToaster
          {...{ theme, nonce, labels }}
          icons={{ booking: ticket }}
          durationMs={Infinity}
        />
      )}
      {panel && page && createPortal(panel, page)}
      <Opener />
    </NotificationProvider>
  </StrictMode>
);

const root = document.getElementById('bell');
if (!root) throw new Error('The page has no place for the bell.');
if (isHydrated) {
  root.innerHTML = renderToString(app);
  hydrateRoot(root, app);
} else createRoot(root).render(app);
