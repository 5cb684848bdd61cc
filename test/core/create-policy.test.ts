import { describe, expect, it } from 'vitest';
import { type CreateDoor, createPolicy } from '../../functions/core/create-policy.ts';
import { Forbidden } from '../../functions/core/errors.ts';

const policy = createPolicy({ payout: ['payments', 'ledger'], hold: [] });
const http = (...scopes: string[]): CreateDoor => ({ name: 'http', scopes: new Set(scopes) });
const event = (source: string): CreateDoor => ({ name: 'event', source });

const isAllowed = (door: CreateDoor, type?: unknown): boolean => {
  try {
    policy.check(door, type);
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
    expect(() => policy.check(http('notifications:create'), 'payout')).toThrow(
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
    expect(() => policy.check(event('booking'), 'payout')).toThrow(
      'The event source booking may not create the type payout. ' +
        'Add booking to restrictedTypes.payout, or use an allowed source.',
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
    expect(() => policy.check(http('notifications:create'), type)).toThrow('notifications:create:payout.');
  });

  it.each(spellings)('over EventBridge: %j', (type) => {
    expect(isAllowed(event('booking'), type)).toBe(false);
    expect(isAllowed(event('payments'), type)).toBe(true);
    expect(() => policy.check(event('booking'), type)).toThrow('may not create the type payout.');
  });

  it('also if the setting has capitals, whose spelling the scope has', () => {
    const policy = createPolicy({ PayOut: ['payments'] });
    expect(() => policy.check(http('notifications:create'), 'payout')).toThrow(
      'notifications:create:PayOut.',
    );
    policy.check(http('notifications:create', 'notifications:create:PayOut'), 'payout');
  });
});

it('A type may be restricted whatever it is called', () => {
  const policy = createPolicy(JSON.parse('{"__proto__":["ours"],"constructor":[]}'));
  expect(() => policy.check(event('theirs'), '__proto__')).toThrow(Forbidden);
  expect(() => policy.check(event('ours'), 'constructor')).toThrow(Forbidden);
  policy.check(event('ours'), '__proto__');
});

describe('With a scope of another name', () => {
  const named = createPolicy({ payout: [] }, 'belfry/notifications:create');

  it('a token needs that one, and for a restricted type the one with the type behind it', () => {
    named.check(http('belfry/notifications:create'));
    named.check(http('belfry/notifications:create', 'belfry/notifications:create:payout'), 'payout');
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
    expect(() => named.check(http(...scopes), type)).toThrow(`The token lacks the scope ${missing}.`);
  });
});
