import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import {
  NotificationBell,
  type NotificationBellProps,
  NotificationProvider,
} from '../../../client/src/react.ts';
import { createFakeClient, notification } from '../react/fake-client.ts';

const minuteMs = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minuteMs).toISOString();

const inbox = [
  {
    title: 'Doors open in one hour',
    body: 'Entrance B is the shortest way to your seats. Have your ticket ready.',
    minutes: 0,
    route: '/events/42',
  },
  {
    title: 'Mira Okafor replied to your question',
    body: 'Yes, the lounge has step-free access. Take the lift beside the cloakroom to level 2.',
    minutes: 14,
    route: '/questions/7',
  },
  {
    title: 'A better seat is free',
    body: 'Row C, in the middle, is yours for the same price. We hold it for 20 minutes.',
    minutes: 52,
    route: '/bookings/981/seats',
  },
  {
    title: 'Booking confirmed',
    body: 'Two seats for “The Night Train”, Friday at 20:00. Row F, seats 12 and 13.',
    minutes: 190,
    isRead: true,
    route: '/bookings/981',
  },
  {
    title: 'Your invoice is ready',
    body: 'Invoice 2026-1184 over € 84.00 has been paid by card.',
    minutes: 1_500,
    isRead: true,
    url: 'https://example.org/invoices/1184',
  },
  {
    title: 'The programme has changed',
    body: 'The talk “Bells without towers” moves to the Great Hall and begins at 14:30.',
    minutes: 3_000,
    isRead: true,
  },
  { title: 'Welcome', body: 'Here you will find news about your bookings.', minutes: 30_000, isRead: true },
];

const arabic = [
  {
    title: 'تُفتح الأبواب بعد ساعة',
    body: 'المدخل ب هو أقصر طريق إلى مقاعدكم. يُرجى تجهيز التذكرة.',
    minutes: 0,
    route: '/events/42',
  },
  {
    title: 'تم تأكيد الحجز',
    body: 'مقعدان لعرض «قطار الليل» يوم الجمعة الساعة 20:00.',
    minutes: 52,
    route: '/bookings/981',
  },
  {
    title: 'فاتورتكم جاهزة',
    body: 'تم دفع الفاتورة 2026-1184 بالبطاقة.',
    minutes: 1_500,
    isRead: true,
    url: 'https://example.org/invoices/1184',
  },
];

/** Set by the test before the page's script runs. */
declare global {
  interface Window {
    scene?: {
      state?: 'filled' | 'many' | 'empty' | 'loading' | 'failed' | 'offline' | 'polling';
      theme?: NotificationBellProps['theme'];
    };
    opened: string[];
    fake: ReturnType<typeof createFakeClient>;
  }
}

const { state = 'filled', theme } = window.scene ?? {};
const isArabic = document.documentElement.lang === 'ar';
const rows = (isArabic ? arabic : inbox).map(
  ({ title, body, minutes, isRead, route, url }: (typeof inbox)[number], index) =>
    notification(100 - index, {
      title,
      body,
      created_at: ago(minutes),
      status: isRead ? 'read' : 'unread',
      metadata: { ...(route && { route }), ...(url && { url }) },
    }),
);
const many = Array.from({ length: 20 }, (_, index) => notification(900 - index));
const fakes = {
  filled: () => createFakeClient(rows),
  many: () =>
    createFakeClient(many, {
      older: Array.from({ length: 40 }, (_, index) => notification(880 - index)),
      unreadCount: 240,
    }),
  empty: () => createFakeClient([]),
  loading: () => createFakeClient([], { isLoading: true, status: 'connecting' }),
  failed: () => createFakeClient([], { status: 'offline' }),
  offline: () => createFakeClient(rows, { status: 'offline' }),
  polling: () => createFakeClient(rows, { status: 'polling' }),
};
window.fake = fakes[state]();
window.opened = [];

const labels: NotificationBellProps['labels'] = isArabic
  ? {
      title: 'الإشعارات',
      markAllAsRead: 'تحديد الكل كمقروء',
      views: { all: 'الكل', unread: 'غير مقروءة', archived: 'المؤرشفة' },
    }
  : {};

const root = document.getElementById('bell');
if (!root) throw new Error('The page has no place for the bell.');
createRoot(root).render(
  <StrictMode>
    <NotificationProvider client={window.fake.client}>
      <NotificationBell {...{ theme, labels }} onNavigate={(href) => window.opened.push(href)} />
    </NotificationProvider>
  </StrictMode>,
);
