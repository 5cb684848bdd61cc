import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { createPreferenceStore } from '../../../client/src/react/preference-store.ts';
import type { Preferences } from '../../../client/src/wire.ts';

const user_id = '0b5e55ed-0000-4000-8000-000000000001';
const answer = (promo: boolean): Preferences => ({
  user_id,
  types: { promo: { enabled: promo, critical: false }, digest: { enabled: false, critical: false } },
});
/** Lets everything go on that waits for nothing. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A store whose requests the test answers, in the order that it likes. */
function setUp() {
  const asked: PromiseWithResolvers<Preferences>[] = [];
  const sent: ({ types: object } & PromiseWithResolvers<Preferences>)[] = [];
  const fake = createFakeClient();
  fake.service.getPreferences = () => {
    asked.push(Promise.withResolvers());
    return asked.at(-1)?.promise ?? Promise.reject();
  };
  fake.service.setPreferences = (types) => {
    sent.push({ types, ...Promise.withResolvers<Preferences>() });
    return sent.at(-1)?.promise ?? Promise.reject();
  };
  const store = createPreferenceStore(fake.client);
  const isOn = () => store.getSnapshot().types?.promo?.enabled;
  return { fake, store, asked, sent, isOn };
}

/** The same, with what the service says at first. */
async function setUpLoaded(promo: boolean) {
  const all = setUp();
  all.store.load();
  all.asked[0]?.resolve(answer(promo));
  await settle();
  return all;
}

describe('the preferences', () => {
  it('are asked for once more if an answer may be older than what was heard meanwhile', async () => {
    const { store, asked, isOn } = setUp();
    store.load();
    store.load();
    expect(asked).toHaveLength(1);
    asked[0]?.resolve(answer(false));
    await settle();
    expect(isOn()).toBeUndefined();
    asked[1]?.resolve(answer(true));
    await settle();
    expect(isOn()).toBe(true);
  });

  it('are not those of an answer that was made before a change', async () => {
    const { store, asked, sent, isOn } = await setUpLoaded(false);
    store.load();
    store.set('promo', true);
    await settle();
    sent[0]?.resolve(answer(true));
    await settle();
    asked[1]?.resolve(answer(false));
    await settle();
    expect(isOn()).toBe(true);
    asked[2]?.resolve(answer(true));
    await settle();
    expect([isOn(), asked.length]).toEqual([true, 3]);
  });

  it('are sent one change after the other, and the last one wins', async () => {
    const { store, sent, isOn } = await setUpLoaded(false);
    store.set('promo', true);
    store.set('promo', false);
    expect(isOn()).toBe(false);
    await settle();
    expect(sent.map(({ types }) => types)).toEqual([{ promo: true }]);
    sent[0]?.resolve(answer(true));
    await settle();
    expect(isOn()).toBe(false);
    expect(sent.map(({ types }) => types)).toEqual([{ promo: true }, { promo: false }]);
  });

  it('lose a change that fails, and no other one', async () => {
    const { store, sent, isOn } = await setUpLoaded(false);
    const outcomes = [store.set('promo', true), store.set('digest', true)];
    await settle();
    sent[0]?.reject(new Error('refused'));
    await settle();
    expect(isOn()).toBe(false);
    expect(store.getSnapshot().types?.digest?.enabled).toBe(true);
    sent[1]?.resolve(answer(false));
    expect(await Promise.all(outcomes)).toEqual([false, true]);
  });

  it('send nothing for a user who has left', async () => {
    const { fake, store, sent } = await setUpLoaded(false);
    const first = store.set('promo', true);
    const second = store.set('promo', false);
    await settle();
    fake.render({ userId: '0b5e55ed-0000-4000-8000-000000000002' });
    sent[0]?.resolve(answer(true));
    expect(await Promise.all([first, second])).toEqual([true, false]);
    expect(sent).toHaveLength(1);
  });

  it('stay if a later question fails', async () => {
    const { store, asked, isOn } = await setUpLoaded(true);
    store.load();
    asked[1]?.reject(new Error('refused'));
    await settle();
    expect([isOn(), store.getSnapshot().error]).toEqual([true, null]);
  });
});
