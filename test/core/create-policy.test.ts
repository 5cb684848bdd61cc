import { describe, expect, it } from 'vitest';
import { type CheckedContent, type CreateDoor, createPolicy } from '../../functions/core/create-policy.ts';
import { Forbidden, ValidationError } from '../../functions/core/errors.ts';
import { policyOf } from '../support/policy.ts';

const policy = createPolicy(
  policyOf({ types: { payout: { sources: ['payments', 'ledger'] }, hold: { sources: [] }, booking: {} } }),
);
const http = (...scopes: string[]): CreateDoor => ({ name: 'http', scopes: new Set(scopes) });
const event = (source: string): CreateDoor => ({ name: 'event', source });
const everyDoor = [
  { name: 'invoke' },
  { name: 'queue' },
  event('booking'),
  http('notifications:create'),
] satisfies CreateDoor[];

const ofType = (type?: unknown): CheckedContent => ({ scope: null, metadata: { type } });
const ofScope = (scope: string | null, type?: string): CheckedContent => ({ scope, metadata: { type } });

const isAllowed = (door: CreateDoor, type?: unknown): boolean => {
  try {
    policy.check(door, ofType(type));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Forbidden);
    return false;
  }
};

describe('Over HTTP', () => {
  it.each([undefined, 'booking', 'payout'])('nothing goes without the scope, as type %s', (type) => {
    expect(isAllowed(http(), type)).toBe(false);
    expect(isAllowed(http('notifications', 'notifications:read', 'Notifications:create'), type)).toBe(false);
    expect(isAllowed(http('notifications:create:payout'), type)).toBe(false);
  });

  it.each([
    undefined,
    'booking',
    'constructor',
    '__proto__',
    'toString',
    'pay out',
    'payouts',
    '\u200B',
    7,
    {},
  ])('what is not restricted needs no more than the scope, as type %j', (type) => {
    expect(isAllowed(http('notifications:create'), type)).toBe(true);
  });

  it('a restricted type needs its own scope too', () => {
    expect(isAllowed(http('notifications:create'), 'payout')).toBe(false);
    expect(isAllowed(http('notifications:create', 'notifications:create:hold'), 'payout')).toBe(false);
    expect(isAllowed(http('notifications:create', 'notifications:create:payout'), 'payout')).toBe(true);
  });

  it('the refusal names what is missing', () => {
    expect(() => policy.check(http())).toThrow('The token lacks the scope notifications:create.');
    expect(() => policy.check(http('notifications:create'), ofType('payout'))).toThrow(
      'The token lacks the scope notifications:create:payout.',
    );
  });
});

describe('Over EventBridge', () => {
  it('a restricted type comes from a source on its list', () => {
    expect(isAllowed(event('payments'), 'payout')).toBe(true);
    expect(isAllowed(event('ledger'), 'payout')).toBe(true);
    expect(isAllowed(event('booking'), 'payout')).toBe(false);
    expect(isAllowed(event('Payments'), 'payout')).toBe(false);
    expect(isAllowed(event('payments.eu'), 'payout')).toBe(false);
  });

  it('a type with an empty list comes from nowhere', () => {
    expect(isAllowed(event('payments'), 'hold')).toBe(false);
  });

  it.each([undefined, 'booking', 'constructor', '__proto__'])(
    'every other comes from anywhere: %s',
    (type) => {
      expect(isAllowed(event('booking'), type)).toBe(true);
    },
  );

  it('the refusal names source and type', () => {
    expect(() => policy.check(event('booking'), ofType('payout'))).toThrow(
      'The event source booking may not create the type payout. ' +
        'Add booking to types.payout.sources, or use an allowed source.',
    );
  });
});

it.each(['invoke', 'queue'] as const)('By %s, which IAM guards, every type may be created', (name) => {
  expect(isAllowed({ name }, 'payout')).toBe(true);
  expect(isAllowed({ name }, 'hold')).toBe(true);
});

describe('A restricted type is the same in every spelling', () => {
  const spellings = [
    'Payout',
    'PAYOUT',
    'payout\u200b',
    '\u00adpay\u2060out',
    'ｐａｙｏｕｔ',
    ' payout\n',
    'p\u{E0041}ayou\uFE0Ft\u3164',
  ];

  it.each(spellings)('over HTTP: %j', (type) => {
    expect(isAllowed(http('notifications:create'), type)).toBe(false);
    expect(isAllowed(http('notifications:create', 'notifications:create:payout'), type)).toBe(true);
    expect(() => policy.check(http('notifications:create'), ofType(type))).toThrow(
      'notifications:create:payout.',
    );
  });

  it.each(spellings)('over EventBridge: %j', (type) => {
    expect(isAllowed(event('booking'), type)).toBe(false);
    expect(isAllowed(event('payments'), type)).toBe(true);
    expect(() => policy.check(event('booking'), ofType(type))).toThrow('may not create the type payout.');
  });

  it('also if the setting has capitals, whose spelling the scope has', () => {
    const policy = createPolicy(policyOf({ types: { PayOut: { sources: ['payments'] } } }));
    expect(() => policy.check(http('notifications:create'), ofType('payout'))).toThrow(
      'notifications:create:PayOut.',
    );
    policy.check(http('notifications:create', 'notifications:create:PayOut'), ofType('payout'));
  });
});

it('A type may be restricted whatever it is called', () => {
  const types = JSON.parse('{"__proto__":{"sources":["ours"]},"constructor":{"sources":[]}}');
  const policy = createPolicy(policyOf({ types }));
  expect(() => policy.check(event('theirs'), ofType('__proto__'))).toThrow(Forbidden);
  expect(() => policy.check(event('ours'), ofType('constructor'))).toThrow(Forbidden);
  policy.check(event('ours'), ofType('__proto__'));
});

describe('With a scope of another name', () => {
  const named = createPolicy(policyOf({ types: { payout: { sources: [] } } }), 'belfry/notifications:create');

  it('a token needs that one, and for a restricted type the one with the type behind it', () => {
    named.check(http('belfry/notifications:create'));
    named.check(http('belfry/notifications:create', 'belfry/notifications:create:payout'), ofType('payout'));
  });

  it.each([
    [['notifications:create'], 'booking', 'belfry/notifications:create'],
    [['belfry/notifications:create'], 'payout', 'belfry/notifications:create:payout'],
    [
      ['belfry/notifications:create', 'notifications:create:payout'],
      'payout',
      'belfry/notifications:create:payout',
    ],
  ])('a token with %j may not create %s, and hears which scope it lacks', (scopes, type, missing) => {
    expect(() => named.check(http(...scopes), ofType(type))).toThrow(`The token lacks the scope ${missing}.`);
  });
});

describe.each(everyDoor)('At every door ($name)', (door) => {
  const strict = createPolicy(
    policyOf({ scopes: ['attendee', 'organizer'], types: { booking: {}, promo: {} }, strictTypes: true }),
  );

  it('a scope that is configured is taken, and so is none', () => {
    strict.check(door, ofScope('organizer'));
    strict.check(door, ofScope(null));
  });

  it('a scope that is not configured is refused, with its name and the known ones', () => {
    const check = () => strict.check(door, ofScope('speaker'));
    expect(check).toThrow(ValidationError);
    expect(check).toThrow('scope must be one of attendee, organizer; it is "speaker"');
  });

  it('any scope is refused if none is configured', () => {
    expect(() => policy.check(door, ofScope('attendee'))).toThrow(
      'scope must be left out: no scopes are configured; it is "attendee"',
    );
  });

  it('an unknown type is refused by strictTypes, with its name and the known ones', () => {
    const check = () => strict.check(door, ofType('newsletter'));
    expect(check).toThrow(ValidationError);
    expect(check).toThrow('metadata.type must be one of booking, promo; it is "newsletter"');
  });

  it('strictTypes takes a known type in any spelling, and what has no type', () => {
    strict.check(door, ofType('Promo'));
    strict.check(door, ofType());
  });

  it('one refusal names the scope and the type', () => {
    expect(() => strict.check(door, ofScope('speaker', 'constructor'))).toThrow(
      /^scope must .*; metadata\.type must .*"constructor"$/,
    );
  });

  it('an unknown type is taken without strictTypes', () => policy.check(door, ofType('newsletter')));
});

describe('The rule for a command', () => {
  const { rule } = createPolicy(
    policyOf({
      scopes: ['attendee', 'organizer'],
      types: {
        promo: {},
        digest: { default: 'off', scope: 'attendee' },
        payout: { critical: true, scope: 'organizer' },
        Reminder: {},
      },
    }),
  );

  it('adds nothing to a type that is not configured, which users cannot switch off', () => {
    expect(rule(ofScope(null))).toEqual({ scope: null, type: null, typeName: null, optional: null });
    expect(rule(ofScope('attendee', 'constructor'))).toEqual({
      scope: 'attendee',
      type: null,
      typeName: null,
      optional: null,
    });
  });

  it('names the type as the settings spell it, however the command does', () => {
    expect(rule(ofType('pay\u200Bout'))).toMatchObject({ type: 'payout', typeName: 'payout' });
    expect(rule(ofType('REMINDER'))).toMatchObject({ type: 'reminder', typeName: 'Reminder' });
  });

  it('names the type in one form, however the command and the settings spell it, and its default', () => {
    expect(rule(ofType('Promo')).optional).toEqual({ type: 'promo', isDefaultOn: true });
    expect(rule(ofType('reminder')).optional).toEqual({ type: 'reminder', isDefaultOn: true });
    expect(rule(ofType('digest')).optional).toEqual({ type: 'digest', isDefaultOn: false });
  });

  it('lets no user switch off a critical type', () => {
    expect(rule(ofType('payout')).optional).toBeNull();
  });

  it('has the scope of the command or, if that names none, the scope of its type', () => {
    expect(rule(ofScope(null, 'digest')).scope).toBe('attendee');
    expect(rule(ofScope('organizer', 'digest')).scope).toBe('organizer');
  });
});

describe('The types that a sender may not create, update or retract', () => {
  const { forbidden } = createPolicy(
    policyOf({ types: { Payout: { sources: ['payments'] }, refund: { sources: [] }, booking: {} } }),
  );

  it.each<[CreateDoor, string[]]>([
    [{ name: 'invoke' }, []],
    [{ name: 'queue' }, []],
    [{ name: 'schedule' }, []],
    [{ name: 'event', source: 'payments' }, ['refund']],
    [{ name: 'event', source: 'booking' }, ['payout', 'refund']],
    [http('notifications:create'), ['payout', 'refund']],
    [http('notifications:create', 'notifications:create:Payout'), ['refund']],
  ])('for %o are %j', (door, types) => {
    expect(forbidden(door)).toEqual(types);
  });
});
