import { describe, expect, it } from 'vitest';
import { refuseFormerTypes } from '../../lib/former-types.ts';
import { movedScopesOf, type PolicyProps, policyOf } from '../../lib/policy.ts';

/** The error for props that TypeScript would not let through. */
const refusalOf = (props: object) => () => policyOf(props as PolicyProps);
const many = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);

describe('The policy of an installation', () => {
  it('is open by default: no scopes, no rules, every type', () => {
    expect(policyOf({})).toEqual({ scopes: [], types: {}, strictTypes: false });
  });

  it('is what the props say', () => {
    const props: PolicyProps = {
      scopes: ['attendee', 'organizer_2', 'a-b'],
      types: {
        promo: {},
        digest: { default: 'off', scope: 'attendee', events: true },
        'legal.hold': { critical: true, sources: [], measured: true },
        größe: { default: 'on', critical: true },
      },
      strictTypes: true,
    };
    expect(policyOf(props)).toEqual(props);
  });
});

describe('Scopes', () => {
  it.each([
    [
      'a text',
      'attendee',
      'scopes must be a list of names, such as ["attendee","organizer"]; it is "attendee".',
    ],
    ['null', null, 'scopes must be a list of names, such as ["attendee","organizer"]; it is null.'],
    ['a number', [1], 'scopes names 1, which is no name of a scope'],
    ['in upper case', ['Organizer'], 'scopes names "Organizer", which is no name of a scope'],
    ['empty', ['attendee', ''], 'scopes names "", which is no name of a scope'],
    ['beginning with a digit', ['1st'], 'scopes names "1st", which is no name of a scope'],
    ['too long', ['a'.repeat(33)], `scopes names "${'a'.repeat(33)}", which is no name of a scope`],
    ['there twice', ['admin', 'admin'], 'scopes names "admin" twice. Name it once.'],
    [
      'too many',
      many(9),
      'scopes names 9 scopes; at most 8 are allowed, because every frame has the counts of each.',
    ],
  ])('are refused if one is %s', (_, scopes, message) => {
    expect(refusalOf({ scopes })).toThrow(message);
  });

  it('are up to 8', () => {
    expect(policyOf({ scopes: many(8) }).scopes).toHaveLength(8);
  });

  it('that move to no scope are no longer configured', () => {
    const policy = policyOf({ scopes: ['attendee'] });
    expect(movedScopesOf(['organizer'], policy)).toEqual(['organizer']);
    expect(() => movedScopesOf(['attendee'], policy)).toThrow(
      'movedScopes names "attendee", and scopes names it too.',
    );
    expect(() => movedScopesOf(['Organizer'], policy)).toThrow(
      'movedScopes names "Organizer", which is no name',
    );
  });
});

describe('Rules for types', () => {
  it.each([
    ['a list', ['payout'], 'types must be an object with a rule for each type'],
    ['null', null, 'types must be an object with a rule for each type'],
    [
      'without an object',
      { payout: true },
      'types.payout must be an object, such as {"critical":true}; it is true.',
    ],
    ['for no type', { '': {} }, 'types: "" must be 1 to 64 visible characters without white space.'],
    ['for a type of two words', { 'pay out': {} }, 'types: "pay out" must be'],
    ['for a type that is too long', { ['x'.repeat(65)]: {} }, 'must be 1 to 64 visible characters'],
    ['for a type with an invisible character', { 'pay\u200Bout': {} }, 'must be 1 to 64 visible characters'],
    ['for a type that is only invisible', { '\u3164': {} }, 'must be 1 to 64 visible characters'],
    ['for a type with a control character', { 'pay\u0007out': {} }, 'must be 1 to 64 visible characters'],
    [
      'for one type in two spellings',
      { payout: {}, Payout: {} },
      'types: "payout" and "Payout" are the same type. Leave one of them out.',
    ],
    [
      'with a misspelt setting',
      { payout: { critcal: true } },
      'types.payout has no setting "critcal". Did you mean critical? Use one of: scope, critical, default, sources, measured, events.',
    ],
    [
      'with an unknown setting',
      { payout: { toString: 1 } },
      'types.payout has no setting "toString". Use one of:',
    ],
    [
      'critical in words',
      { payout: { critical: 'yes' } },
      'types.payout.critical must be true or false; it is "yes".',
    ],
    [
      'measured by a number',
      { payout: { measured: 1 } },
      'types.payout.measured must be true or false; it is 1.',
    ],
    [
      'with events by null',
      { payout: { events: null } },
      'types.payout.events must be true or false; it is null.',
    ],
    [
      'with another default',
      { promo: { default: true } },
      'types.promo.default must be "on" or "off"; it is true.',
    ],
    [
      'with a single source',
      { payout: { sources: 'payments' } },
      'types.payout.sources must be a list of event sources',
    ],
    ['with a source that is no text', { payout: { sources: [1] } }, 'types.payout.sources must be a list'],
    ['with an empty source', { payout: { sources: [''] } }, 'types.payout.sources must be a list'],
    [
      'critical and off',
      { payout: { critical: true, default: 'off' } },
      'types.payout is critical, so it cannot be switched off, and off by default.',
    ],
    [
      'with a scope, and there are none',
      { payout: { scope: 'admin' } },
      'types.payout.scope is "admin", but scopes is empty. Add it to scopes, or name one of them.',
    ],
    [
      'measured and not in ASCII',
      { größe: { measured: true } },
      'types.größe.measured: CloudWatch takes names of ASCII',
    ],
  ])('are refused if one is %s', (_, types, message) => {
    expect(refusalOf({ types })).toThrow(message);
  });

  it('name configured scopes', () => {
    const types = { payout: { scope: 'ops' } };
    expect(refusalOf({ scopes: ['attendee', 'admin'], types })).toThrow(
      'types.payout.scope is "ops", but scopes has attendee, admin. Add it to scopes, or name one of them.',
    );
  });

  it('measure up to 20 types', () => {
    const measured = (count: number) => ({
      types: Object.fromEntries(many(count).map((name) => [name, { measured: true }])),
    });
    expect(Object.keys(policyOf(measured(20)).types)).toHaveLength(20);
    expect(refusalOf(measured(21))).toThrow(
      'types has 21 measured types; at most 20 are allowed, because you pay for each as a metric.',
    );
  });

  it('are strict or not', () => {
    expect(refusalOf({ strictTypes: 'true' })).toThrow('strictTypes must be true or false; it is "true".');
  });
});

describe('The settings of release 0.1.0', () => {
  it('are refused with what means the same', () => {
    const former = {
      restrictedTypes: { payout: ['payments'], hold: [] },
      measuredTypes: ['payout', 'comment'],
      types: { promo: { default: 'off' }, hold: { critical: true } },
    };
    expect(() => refuseFormerTypes(former)).toThrow(
      'The setting types has taken the place of restrictedTypes and measuredTypes. Leave restrictedTypes and measuredTypes out, and ' +
        'set types to {"promo":{"default":"off"},"hold":{"critical":true,"sources":[]},"payout":{"sources":["payments"],"measured":true},"comment":{"measured":true}}.',
    );
  });

  it('are refused one by one', () => {
    expect(() => refuseFormerTypes({ measuredTypes: ['comment'] })).toThrow(
      'The setting types has taken the place of measuredTypes. Leave measuredTypes out, and set types to {"comment":{"measured":true}}.',
    );
  });

  it('are not missed', () => {
    expect(() => refuseFormerTypes({ types: {} })).not.toThrow();
  });
});
