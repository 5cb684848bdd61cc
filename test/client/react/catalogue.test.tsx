// @vitest-environment happy-dom
import { act, render, screen } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { define, defineCatalogue } from '../../../client/src/catalogue.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { NotificationToaster } from '../../../client/src/react/toaster.tsx';
import { type ItemProps, NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { renderPage, throwing } from './any-prop.tsx';
import { bell, items, open, renderBell } from './render-bell.tsx';

const catalogue = defineCatalogue({
  booking: define<{ seats: number }>({
    texts: {
      en: ({ seats }) => ({ title: 'Your booking is confirmed', body: `${seats.toFixed()} seats` }),
      de: ({ seats }) => ({ title: 'Ihre Buchung ist bestätigt', body: `${seats.toFixed()} Plätze` }),
    },
  }),
  welcome: define({ texts: { en: () => ({ title: 'Welcome' }) } }),
});
const booking = notification(3, { title: 'Sent title', metadata: { type: 'booking', seats: 2 } });
const ShoutingItem = ({ notification: { title }, open: wrap }: ItemProps) => wrap(title.toUpperCase());
const texts = () =>
  items().map((item) =>
    [...item.querySelectorAll('.belfry-name,.belfry-body')].map((part) => part.textContent).join(': '),
  );

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

describe('a bell with a catalogue', () => {
  it.each([
    ['of the prop', 'de', 'en', 'Ihre Buchung ist bestätigt: 2 Plätze'],
    ['of the page', undefined, 'de-AT', 'Ihre Buchung ist bestätigt: 2 Plätze'],
    ['of the browser', undefined, '', 'Your booking is confirmed: 2 seats'],
  ])('shows the text in the language %s', (_, locale, lang, expected) => {
    document.documentElement.lang = lang;
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-US');
    renderBell(createFakeClient([booking]), { catalogue, locale });
    open();
    expect(texts()).toEqual([expected]);
  });

  it.each([
    ['a type that it does not have', { type: 'promo' }],
    ['no type', {}],
    ['metadata that its text cannot be made of', { type: 'booking' }],
    ['a type that is a property of every object', { type: 'constructor' }],
  ])('shows the title and the body of a notification with %s', (_, metadata) => {
    renderBell(createFakeClient([notification(1, { metadata })]), { catalogue, locale: 'en' });
    open();
    expect(texts()).toEqual(['Title 1: Body 1']);
  });

  it('shows no body if the text has none', () => {
    renderBell(createFakeClient([notification(1, { metadata: { type: 'welcome' } })]), {
      catalogue,
      locale: 'en',
    });
    open();
    expect(texts()).toEqual(['Welcome']);
  });

  it('announces what arrives in these words', async () => {
    vi.useFakeTimers();
    const fake = createFakeClient();
    renderBell(fake, { catalogue, locale: 'de' });
    await act(async () => {
      fake.arrive(booking);
      vi.advanceTimersByTime(1_000);
    });
    expect(screen.getByText('New notification: Ihre Buchung ist bestätigt')).toBeDefined();
  });

  it('passes these words to the parts and the functions of the app', () => {
    const opened: string[] = [];
    renderBell(createFakeClient([booking]), {
      catalogue,
      locale: 'de',
      components: { Item: ShoutingItem },
      onNotificationClick: ({ title }) => opened.push(title),
    });
    open();
    screen.getByText('IHRE BUCHUNG IST BESTÄTIGT').click();
    expect(opened).toEqual(['Ihre Buchung ist bestätigt']);
  });

  it('says on a server what the prop says of the language, and the title and body without it', () => {
    document.documentElement.lang = 'de';
    const fake = createFakeClient([booking]);
    const html = (locale?: string) =>
      renderToString(
        <NotificationProvider client={fake.client}>
          <NotificationInbox catalogue={catalogue} locale={locale} />
        </NotificationProvider>,
      );
    expect(html('de')).toContain('Ihre Buchung ist bestätigt');
    expect(html()).toContain('Sent title');
  });

  it.each([null, {}, { text: throwing }, { text: () => null }, { text: () => ({ title: 7 }) }, 'x'])(
    'shows the title and the body if the catalogue is none: %j',
    (given) => {
      // The cast: an app without types.
      renderBell(createFakeClient([booking]), { catalogue: given as never });
      open();
      expect(texts()).toEqual(['Sent title: Body 3']);
    },
  );
});

it('a toast says it in these words', async () => {
  const fake = createFakeClient();
  renderPage(fake, <NotificationToaster catalogue={catalogue} locale="de" />);
  await act(async () => fake.arrive(booking));
  expect(document.querySelector('.belfry-toast')?.textContent).toContain('Ihre Buchung ist bestätigt');
});

describe('a renderer', () => {
  it('shows the notifications of its type, with their metadata, in the place of the item', () => {
    const fake = createFakeClient([booking, notification(1)]);
    renderPage(
      fake,
      <NotificationBell
        catalogue={catalogue}
        renderers={{
          booking: ({ notification: { metadata }, open }) => open(`${metadata.seats * 2} tickets`),
        }}
      />,
    );
    open();
    expect(items().map((item) => item.querySelector('.belfry-open')?.textContent)).toEqual([
      '4 tickets',
      expect.stringContaining('Title 1'),
    ]);
    expect(bell()).toBeDefined();
  });

  it('that throws is replaced by the item', () => {
    renderBell(createFakeClient([booking]), {
      catalogue,
      locale: 'en',
      renderers: { booking: throwing } as never,
    });
    open();
    expect(texts()).toEqual(['Your booking is confirmed: 2 seats']);
  });

  it('keeps what it shows mounted when it is another function in each render', async () => {
    const fake = createFakeClient([booking]);
    const page = () => (
      <NotificationProvider client={fake.client}>
        <NotificationBell
          catalogue={catalogue}
          renderers={{ booking: ({ open }) => open(<input aria-label="Note" />) }}
        />
      </NotificationProvider>
    );
    const { rerender } = render(page());
    open();
    const field = screen.getByLabelText('Note');
    rerender(page());
    expect(screen.getByLabelText('Note')).toBe(field);
  });
});

// Compiled, and of no use when it runs.
void [
  <NotificationBell key="0" catalogue={catalogue} renderers={{ welcome: ({ labels }) => labels.title }} />,
  // @ts-expect-error The catalogue has no such type.
  <NotificationBell key="1" catalogue={catalogue} renderers={{ bookings: () => null }} />,
  <NotificationBell
    key="2"
    catalogue={catalogue}
    // @ts-expect-error The metadata of a booking has no such field.
    renderers={{ booking: (props) => props.notification.metadata.seat }}
  />,
  // @ts-expect-error Renderers belong to a catalogue.
  <NotificationBell key="3" renderers={{ booking: () => null }} />,
  // @ts-expect-error This is no catalogue.
  <NotificationBell key="4" catalogue={{ booking: {} }} />,
];
