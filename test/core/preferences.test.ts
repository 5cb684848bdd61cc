import { describe, expect, it } from 'vitest';
import { parsePreferences, preferencesOf } from '../../functions/core/preferences.ts';
import { policyOf } from '../support/policy.ts';
import { refusedPaths } from '../support/refused-paths.ts';

const policy = policyOf({
  types: { promo: {}, digest: { default: 'off' }, Reminder: {}, payout: { critical: true } },
});
const read = (body: unknown) => parsePreferences(body, policy);
const readText = (types: string) => read(JSON.parse(`{"types":${types}}`));

describe('Preferences', () => {
  it('switch types on and off', () => {
    expect(read({ types: { promo: false, digest: true, Reminder: false } })).toEqual({
      off: ['promo', 'reminder'],
      on: ['digest'],
    });
  });

  it.each(['Promo', 'ＰＲＯＭＯ'])('stay when the settings spell the type %s from now on', (renamed) => {
    const rule = { default: 'off' } as const;
    const choices = parsePreferences({ types: { promo: true } }, policyOf({ types: { promo: rule } }));
    const { types } = preferencesOf('0b5e', choices, policyOf({ types: { [renamed]: rule } }));
    expect(types).toEqual({ [renamed]: { enabled: true, critical: false } });
  });

  it('mean the configured type in any spelling', () => {
    expect(read({ types: { PROMO: false, 'rem\u200binder': false } }).off).toEqual(['promo', 'reminder']);
  });

  it.each([true, false])('are refused for a critical type, to be switched to %j', (payout) => {
    const body = { types: { promo: false, payout } };
    expect(refusedPaths(() => read(body))).toEqual(['types.payout']);
    expect(() => read(body)).toThrow('types.payout is critical and cannot be switched on or off');
  });

  it('are refused for a type that is not configured, with its name and the known ones', () => {
    expect(() => read({ types: { promo: false, newsletter: false } })).toThrow(
      'types.newsletter is not a configured type; these are: promo, digest, Reminder, payout',
    );
    expect(() => parsePreferences({ types: { promo: false } }, policyOf())).toThrow(
      'types.promo is not a configured type; these are: none',
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('are refused for %s, which every object has', (type) => {
    expect(refusedPaths(() => readText(`{"${type}":false}`))).toEqual([`types.${type}`]);
  });

  it('may be about a type of any name', () => {
    const types = JSON.parse('{"__proto__":{}}');
    const body = JSON.parse('{"types":{"__proto__":false}}');
    expect(parsePreferences(body, policyOf({ types }))).toEqual({ off: ['__proto__'], on: [] });
  });

  it.each([null, 'false', 0, [], {}])('must not switch a type to %j', (promo) => {
    expect(refusedPaths(() => read({ types: { promo } }))).toEqual(['types.promo']);
  });

  it('must not name a type in two spellings', () => {
    expect(() => read({ types: { promo: false, Promo: true } })).toThrow(
      'types.Promo names promo a second time',
    );
  });

  it('must name a type', () => {
    expect(() => read({ types: {} })).toThrow('types must name at least one type');
  });

  it.each([undefined, null, [], 'promo', 7])('must have an object of types, not %j', (types) => {
    expect(refusedPaths(() => read({ types }))).toEqual(['types']);
  });

  it.each([undefined, null, [], 'text', 7])('must be a JSON object, not %j', (body) => {
    expect(refusedPaths(() => read(body))).toEqual(['']);
  });

  it('are refused with every wrong and every unknown field named', () => {
    const run = () => readText('{"promo":1,"payout":false,"x":true}');
    expect(refusedPaths(run)).toEqual(['types.promo', 'types.payout', 'types.x']);
    expect(refusedPaths(() => read({ types: { promo: false }, user_id: 'x' }))).toEqual(['user_id']);
  });
});
