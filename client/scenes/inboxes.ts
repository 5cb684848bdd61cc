import type { Notification } from '../src/index.ts';
import { notification } from './notification.ts';

const minuteMs = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minuteMs).toISOString();

/** The inbox of a visitor of a concert hall. */
const english = [
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

/** What producers send: icons and images, both directions, long texts, and texts that are made to break a page. */
export const mixed = [
  {
    title: 'Booking confirmed',
    body: 'Two seats for “The Night Train”, Friday at 20:00. Row F, seats 12 and 13.',
    minutes: 0,
    route: '/bookings/981',
    type: 'booking',
  },
  {
    title: 'Mira Okafor replied to your question',
    body: 'Yes, the lounge has step-free access. Take the lift beside the cloakroom to level 2. The lounge opens an hour before each concert. There are 40 seats, and you may bring your drinks. If you come by wheelchair, ring at entrance C: a steward meets you there and goes with you to your seat, and back after the concert. Guide dogs are welcome.',
    minutes: 14,
    route: '/questions/7',
    image: '/person.svg',
  },
  {
    title: 'שער הכניסה השתנה!',
    body: 'הכניסה דרך שער C, בקומה 2.',
    minutes: 52,
    route: '/events/42',
    type: 'booking',
  },
  {
    title: 'وصلت فاتورتك (2026)',
    body: 'Paid by card: € 84.00',
    minutes: 190,
    url: 'https://example.org/1184',
  },
  {
    title:
      'A title that says everything there is to say about the evening, and about the way there, and about the way back, and that is still not at its end after two lines of the inbox, because nobody has stopped it',
    body: 'First\nSecond\nThird\nFourth\nFifth\nSixth',
    minutes: 1_500,
    isRead: true,
  },
  {
    title: `H${'\u0301\u0323'.repeat(100)}igh marks`,
    body: `a${'\u0301\u0323'.repeat(1_990)}b`,
    minutes: 1_600,
    isRead: true,
    image: '/gone.svg',
  },
  { title: '\u202eOverride', body: '\n'.repeat(2_000), minutes: 1_700, isRead: true },
  { title: '\u202e2026 \u2069\u2069\u2067', body: '\u202e12\n34 \u2067', minutes: 1_750, isRead: true },
  { title: 'A title is enough', body: '', minutes: 1_800, isRead: true },
  {
    title: 'Welcome',
    body: `${'There'.repeat(60)} is no space in this word.`,
    minutes: 30_000,
    isRead: true,
  },
];

const mira = '0b5e55ed-0000-4000-8000-0000000000a1';
const jonas = '0b5e55ed-0000-4000-8000-0000000000a2';
const ayo = '0b5e55ed-0000-4000-8000-0000000000a3';
const lin = '0b5e55ed-0000-4000-8000-0000000000a4';
const sofia = '0b5e55ed-0000-4000-8000-0000000000a5';

/** The people of the scenes, by their ids. */
export const people = (): Map<string, string> =>
  new Map(
    document.documentElement.lang === 'ar'
      ? [
          [mira, 'ميرا أوكافور'],
          [jonas, 'يوناس بيرغ'],
          [ayo, 'أيو بالوغون'],
        ]
      : [
          [mira, 'Mira Okafor'],
          [jonas, 'Jonas Berg'],
          [ayo, 'Ayo Balogun'],
          [lin, 'Lin Chen'],
          [sofia, 'Sofía Ramos'],
        ],
  );

/** Notifications that live: with buttons, one of them pressed, and of groups. */
export function living(): Notification[] {
  const isArabic = document.documentElement.lang === 'ar';
  const say = (en: string, ar: string) => (isArabic ? ar : en);
  const fields: Partial<Notification>[] = [
    {
      title: say('7 people booked “The Night Train”', 'حجز ٧ أشخاص «قطار الليل»'),
      body: say('Eleven seats are left.', 'بقي أحد عشر مقعدًا.'),
      group_key: 'event-42',
      group_count: 7,
      actor_ids: [sofia, lin, ayo, jonas, mira],
    },
    {
      title: say('Jonas asks for two more seats', 'يطلب يوناس مقعدين إضافيين'),
      body: say('Row F, seats 14 and 15, beside his own.', 'الصف «و»، المقعدان ١٤ و١٥ بجانب مقعده.'),
      actions: [
        { id: 'accept', label: say('Accept', 'قبول') },
        { id: 'decline', label: say('Decline', 'رفض') },
        { id: 'seats', label: say('Show the seats', 'عرض المقاعد'), route: '/bookings/981/seats' },
      ],
    },
    {
      title: say('The lounge can be booked again', 'يمكن حجز الصالة مجددًا'),
      body: '',
      actions: [
        { id: 'book', label: say('Book the lounge', 'حجز الصالة'), url: 'https://example.org/lounge' },
      ],
    },
    {
      title: say('Can you usher on Friday?', 'هل يمكنكم المساعدة يوم الجمعة؟'),
      body: say('Doors at 19:00, Great Hall.', 'تُفتح الأبواب الساعة 19:00، القاعة الكبرى.'),
      status: 'read',
      actions: [
        { id: 'yes', label: say('Count me in', 'أنا معكم') },
        { id: 'no', label: say('Not this time', 'ليس هذه المرة') },
      ],
      action_id: 'yes',
      action_at: ago(30),
    },
    {
      title: say('2 new questions', 'سؤالان جديدان'),
      body: say('About “Bells without towers”.', 'حول «أجراس بلا أبراج».'),
      status: 'read',
      group_key: 'questions-7',
      group_count: 2,
      actor_ids: [ayo, mira],
    },
  ];
  return fields.map((given, index) => notification(100 - index, { created_at: ago(index * 47), ...given }));
}

/** The same, put off. */
export const asleep = () =>
  living()
    .slice(1)
    .map((row, index) => ({
      ...row,
      status: 'snoozed' as const,
      snoozed_until: new Date(Date.now() + ([1, 26, 80][index] ?? 400) * 60 * minuteMs).toISOString(),
    }));

interface Row {
  title: string;
  body: string;
  minutes: number;
  isRead?: boolean;
  route?: string;
  url?: string;
  type?: string;
  image?: string;
}

/** What arrives while the page is open. */
export const arrivals = () =>
  rows(mixed.slice(0, 4))
    .map((row, index) => ({ ...row, id: 1_000 - index }))
    .reverse();

/** Those of a visitor of the concert hall, or these. */
export function rows(texts: Row[] = document.documentElement.lang === 'ar' ? arabic : english) {
  return texts.map(({ title, body, minutes, isRead, ...metadata }, index) =>
    notification(100 - index, {
      title,
      body,
      metadata,
      created_at: ago(minutes),
      status: isRead ? 'read' : 'unread',
    }),
  );
}

/** So many from the newest on, with titles that say their ids. */
export const numbered = (newest: number, count: number) =>
  Array.from({ length: count }, (_, index) => notification(newest - index));
