import { StrictMode, useEffect } from 'react';
import { createPortal } from 'react-dom';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { NotificationError } from '../src/error.ts';
import { actionButtons } from '../src/react/action-buttons.tsx';
import { byDay } from '../src/react/by-day.ts';
import { groupActors } from '../src/react/group-actors.tsx';
import { NotificationPreferences, type PreferenceType } from '../src/react/preferences.tsx';
import { snoozeMenu } from '../src/react/snooze-menu.tsx';
import { tabs } from '../src/react/tabs.tsx';
import { NotificationToaster } from '../src/react/toaster.tsx';
import { NotificationBell, type NotificationBellProps, NotificationProvider } from '../src/react.ts';
import { arrivals, people } from './inboxes.ts';
import { states } from './states.ts';

const { state = 'filled', theme, nonce, isHydrated, isOpen } = window.scene;
if (!(state in states)) {
  throw new Error(`There is no scene "${state}". Choose one of ${Object.keys(states).join(', ')}.`);
}
window.fake = states[state]();
window.opened = [];
if (state === 'taken') {
  const error = new NotificationError('action_taken', 'Another button was pressed.', { status: 409 });
  window.fake.client.changeOne = async () => {
    window.fake.render({ error });
    return false;
  };
}

const isArabic = document.documentElement.lang === 'ar';
const labels: NotificationBellProps['labels'] = isArabic
  ? {
      title: 'الإشعارات',
      markAllAsRead: 'تحديد الكل كمقروء',
      views: { all: 'الكل', unread: 'غير مقروءة', snoozed: 'المؤجلة', archived: 'المؤرشفة' },
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

/** All that items can have, in each of these states. */
const livingOptions: NotificationBellProps = {
  itemParts: [
    groupActors({
      nameOf: (id) => people().get(id),
      labels: isArabic
        ? { others: (count) => `${count} آخرون`, times: (count) => `${count} مرات`, someone: 'شخص ما' }
        : {},
    }),
    actionButtons({
      labels: isArabic
        ? { undo: 'تراجع', pressed: (label) => `إجابتكم: ${label}`, taken: 'تمت الإجابة على جهاز آخر' }
        : {},
    }),
    snoozeMenu({
      labels: isArabic
        ? {
            snooze: 'تأجيل',
            hour: 'بعد ساعة',
            evening: 'هذا المساء',
            tomorrow: 'غدًا',
            week: 'الأسبوع القادم',
            snoozed: (time) => `مؤجل حتى ${time}`,
            until: (time) => `مؤجل حتى ${time}`,
            wake: 'إيقاظ الآن',
          }
        : {},
    }),
  ],
};

if (state === 'everybodyFailed') {
  window.fake.service.activities = () => Promise.reject(new NotificationError('unavailable', 'No answer.'));
}

/** The props of the bell in a state that shows an option. */
const optionsOf: Partial<Record<typeof state, NotificationBellProps>> = {
  mixed: { icons: { booking: ticket } },
  living: livingOptions,
  snoozing: livingOptions,
  snoozed: livingOptions,
  asleep: livingOptions,
  taken: livingOptions,
  everybody: livingOptions,
  everybodyFailed: livingOptions,
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

/** Opens a snooze menu. It stays, as in a window without the focus: of the scenes side by side, one takes it from the other. */
function openMenu() {
  document.hasFocus = () => false;
  document.querySelectorAll<HTMLElement>('.belfry-snooze button')[1]?.click();
}

/** Puts a notification off until tomorrow. */
function snooze() {
  window.setInterval = (() => 0) as typeof window.setInterval;
  openMenu();
  requestAnimationFrame(() => [...document.querySelectorAll<HTMLElement>('.belfry-later')].at(-2)?.click());
  setTimeout(blur, 100);
}

/** Presses a button after another one was pressed on another device. */
function pressTooLate() {
  window.fake.client.refresh = async () => window.fake.update(99, { action_id: 'decline', status: 'read' });
  document.querySelector<HTMLElement>('.belfry-choose')?.click();
}

const openGroup = () => document.querySelector<HTMLElement>('.belfry-others')?.click();

const switchOffers = () => document.querySelectorAll<HTMLElement>('.belfry-switch')[1]?.click();

/** What happens in a state once the list is there. */
const events: Partial<Record<typeof state, () => void>> = {
  undo: archive,
  snoozing: openMenu,
  snoozed: snooze,
  taken: pressTooLate,
  everybody: openGroup,
  everybodyFailed: openGroup,
};

/** The list is loaded after the first paint. */
function onceThereIsAList(run: () => void): void {
  if (document.querySelector('.belfry-scroll')) run();
  else requestAnimationFrame(() => onceThereIsAList(run));
}

/** Opens the inbox as a click does, once the bell is there. */
function Opener() {
  useEffect(() => {
    // Strict mode runs an effect twice.
    if (!mustOpen) return;
    mustOpen = false;
    if (state === 'toasts') {
      for (const row of arrivals()) window.fake.arrive(row);
      return;
    }
    if (state === 'preferencesRefused') setTimeout(switchOffers);
    else if (!panel) document.querySelector<HTMLElement>('[aria-haspopup=dialog]')?.click();
    onceThereIsAList(() => {
      // Of the scenes side by side, none is to look focused. A menu has the focus, or closes.
      blur();
      events[state]?.();
    });
  }, []);
  return null;
}

const blur = () => document.activeElement instanceof HTMLElement && document.activeElement.blur();

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
