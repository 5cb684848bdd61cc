import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  define,
  defineCatalogue,
  type MetadataOf,
  type NotificationOf,
  type NotificationType,
  type Renderers,
  type TypeName,
} from '../../client/src/catalogue.ts';
import type { TypeRule } from '../../functions/core/policy.ts';
import { policyOf } from '../../lib/policy.ts';

interface Booking {
  booking_id: string;
  seats: number;
}

const catalogue = defineCatalogue({
  booking_confirmed: define<Booking>({
    scope: 'attendee',
    critical: false,
    default: 'on',
    route: ({ booking_id }) => `/bookings/${booking_id}`,
    texts: {
      en: ({ seats }) => ({ title: 'Your booking is confirmed', body: `${seats} seats.` }),
      de: ({ seats }) => ({ title: 'Ihre Buchung ist bestätigt', body: `${seats} Plätze.` }),
      'pt-BR': () => ({ title: 'Reserva confirmada' }),
    },
  }),
  payout: define<{ amount: { cents: number } }>({
    critical: true,
    sources: ['payments'],
    measured: true,
    events: true,
    texts: { en: ({ amount }) => ({ title: `You got ${amount.cents / 100} €` }) },
  }),
  digest: define({ default: 'off', texts: { en: () => ({ title: 'Your week' }) } }),
});

const stored = (metadata: object) => ({ title: 'Stored', body: 'As sent.', metadata: { ...metadata } });
const booking = stored({ type: 'booking_confirmed', booking_id: '981', seats: 2 });

describe('The policy of a catalogue', () => {
  it('is the rules of its types as plain JSON, which the constructs take', () => {
    expect(catalogue.policy).toEqual({
      booking_confirmed: { scope: 'attendee', critical: false, default: 'on' },
      payout: { critical: true, sources: ['payments'], measured: true, events: true },
      digest: { default: 'off' },
    });
    expect(JSON.parse(JSON.stringify(catalogue.policy))).toEqual(catalogue.policy);
    expect(policyOf({ scopes: ['attendee'], types: catalogue.policy }).types).toEqual(catalogue.policy);
    expectTypeOf(catalogue.policy).toExtend<Readonly<Record<string, TypeRule>>>();
  });
});

describe('The text of a notification', () => {
  it.each([
    ['en', 'Your booking is confirmed', '2 seats.'],
    ['de', 'Ihre Buchung ist bestätigt', '2 Plätze.'],
    ['de-AT', 'Ihre Buchung ist bestätigt', '2 Plätze.'],
    ['DE-Latn-AT', 'Ihre Buchung ist bestätigt', '2 Plätze.'],
    ['pt-br', 'Reserva confirmada', ''],
  ])('is in the language of the reader: %s', (language, title, body) => {
    expect(catalogue.text(booking, language)).toEqual({ title, body });
  });

  it.each(['fr', 'pt', 'd', '', '-'])('is the one that was sent, for a reader of %j', (language) => {
    expect(catalogue.text(booking, language)).toEqual({ title: 'Stored', body: 'As sent.' });
  });

  it.each([
    ['has no type', stored({})],
    ['has a type that is not in the catalogue', stored({ type: 'comment' })],
    ['has a type that every object has', stored({ type: 'constructor' })],
    ['has a type that is no text', stored({ type: ['booking_confirmed'] })],
    ['has metadata of which no text can be made', stored({ type: 'payout' })],
  ])('is the one that was sent if the notification %s', (_, notification) => {
    expect(catalogue.text(notification, 'en')).toEqual({ title: 'Stored', body: 'As sent.' });
  });

  it('is the one that was sent if the catalogue has no text for this metadata', () => {
    const { text } = defineCatalogue({
      seat: define<{ seat?: string }>({ texts: { en: ({ seat }) => (seat ? { title: seat } : undefined) } }),
    });
    expect(text(stored({ type: 'seat', seat: 'F12' }), 'en')).toEqual({ title: 'F12', body: '' });
    expect(text(stored({ type: 'seat' }), 'en')).toEqual({ title: 'Stored', body: 'As sent.' });
  });
});

describe('A catalogue', () => {
  const texts = { en: () => ({ title: 'Hello' }) };

  it.each(['', 'pay out', 'pay\u200Bout', '\u3164', 'x'.repeat(65), 'pay\nout'])(
    'is refused if a key is no name of a type: %j',
    (key) => {
      expect(() => defineCatalogue({ [key]: define({ texts }) })).toThrow(
        `defineCatalogue: ${JSON.stringify(key)} is no name of a type. Use 1 to 64 visible characters without white space.`,
      );
    },
  );

  it.each([{}, undefined])('is refused if a type has no text: %j', (none) => {
    expect(() => defineCatalogue({ empty: define({ texts: none } as NotificationType<object>) })).toThrow(
      'defineCatalogue: the type empty has no text. Give texts at least one language.',
    );
  });

  it('has names in any script, of up to 64 characters', () => {
    const key = '\u{1F39F}'.repeat(64);
    expect(
      Object.keys(defineCatalogue({ [key]: define({ texts }), größe: define({ texts }) }).policy),
    ).toEqual([key, 'größe']);
  });
});

// The compiler checks what follows; nothing of it needs to run.
describe('The types of a catalogue', () => {
  it('know its names, and the metadata of each', () => {
    expectTypeOf<TypeName<typeof catalogue>>().toEqualTypeOf<'booking_confirmed' | 'payout' | 'digest'>();
    expectTypeOf<MetadataOf<typeof catalogue, 'booking_confirmed'>>().toEqualTypeOf<Booking>();
    type Payout = NotificationOf<typeof catalogue, 'payout'>;
    expectTypeOf<Payout['metadata']['amount']['cents']>().toEqualTypeOf<number>();
    expectTypeOf<Payout['metadata']['type']>().toEqualTypeOf<'payout'>();
    expectTypeOf<Payout['title']>().toEqualTypeOf<string>();
  });

  it('compile no text and no route of other metadata', () => {
    // @ts-expect-error A booking has no row.
    const text = define<Booking>({ texts: { en: ({ row }) => ({ title: row }) } });
    // @ts-expect-error A booking has no row.
    const route = define<Booking>({ route: ({ row }) => row, texts: { en: () => ({ title: 'Hello' }) } });
    // @ts-expect-error `default` is on or off.
    const rule = define({ default: true, texts: { en: () => ({ title: 'Hello' }) } });
    expect([text, route, rule]).toHaveLength(3);
  });

  it('compile no renderer of a type that the catalogue does not have, and none of other metadata', () => {
    const renderers: Renderers<typeof catalogue, { isOpen: boolean }, string> = {
      booking_confirmed: ({ notification, isOpen }) => `${notification.metadata.seats} ${isOpen}`,
      // @ts-expect-error The catalogue does not have this type.
      booking_cancelled: () => 'Cancelled',
    };
    const wrong: Renderers<typeof catalogue> = {
      // @ts-expect-error A payout has no seats.
      payout: ({ notification }) => notification.metadata.seats,
    };
    expect([renderers, wrong]).toHaveLength(2);
  });
});
