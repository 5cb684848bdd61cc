// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationError } from '../../../client/src/error.ts';
import { groupActors } from '../../../client/src/react/group-actors.tsx';
import { items, open as openBell, renderBell } from './render-bell.tsx';

const names = new Map([
  ['a', 'Ada'],
  ['b', 'Ben'],
  ['c', 'Cleo'],
  ['d', 'Dan'],
]);
const four = ['a', 'b', 'c', 'd'];

/** An open bell with one group. */
function show(group_count: number, actor_ids: string[], labels = {}) {
  const fake = createFakeClient([
    notification(1, { group_count, actor_ids, updated_at: '2026-11-03T10:00:00.000Z' }),
  ]);
  const nameOf = (id: string) => names.get(id);
  renderBell(fake, { itemParts: [groupActors({ nameOf, labels })], locale: 'en' });
  openBell();
  return fake;
}

const toggle = () => document.querySelector<HTMLButtonElement>('.belfry-others');
const list = () => document.querySelector('.belfry-everybody');
const people = () => [...document.querySelectorAll('.belfry-person')].map((one) => one.textContent);
const status = () => document.querySelector('.belfry-progress')?.textContent;
/** The button below the list. */
const button = () => list()?.querySelector('button');

/** Presses a button, and lets its request come to its end. */
async function press(element: Element | null | undefined): Promise<void> {
  // Nothing to press is a mistake of the test.
  await act(async () => void fireEvent.click(element as Element));
}

/** What the service answers, at the time that a test chooses. */
function answering(fake: ReturnType<typeof show>) {
  const requests: (string | null)[] = [];
  const answers: PromiseWithResolvers<Awaited<ReturnType<typeof fake.service.activities>>>[] = [];
  fake.service.activities = (_, cursor) => {
    requests.push(cursor);
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof fake.service.activities>>>();
    answers.push(answer);
    return answer.promise;
  };
  const page = (next_cursor: string | null, ...ids: (string | null)[]) => ({
    data: ids.map((actor_id) => ({ actor_id, created_at: '2026-11-03T10:00:00.000Z' })),
    next_cursor,
  });
  return {
    requests,
    /** Opens the list. Strict mode asks twice, and ignores the first answer. */
    async open() {
      await press(toggle());
      requests.splice(0, requests.length - 1);
      answers.splice(0, answers.length - 1);
    },
    answer: (index: number, next: string | null, ...ids: (string | null)[]) =>
      act(async () => answers[index]?.resolve(page(next, ...ids))),
    fail: (index: number, code: 'unavailable' | 'not_found' = 'unavailable') =>
      act(async () => answers[index]?.reject(new NotificationError(code, 'A mistake.'))),
  };
}

describe('the list of everybody in a group', () => {
  it('opens and closes by the number of others, which says so', async () => {
    show(4, four);
    expect(toggle()?.textContent).toBe('2 others');
    expect(toggle()?.getAttribute('aria-expanded')).toBe('false');
    await press(toggle());
    expect(people()).toEqual(['Dan', 'Cleo', 'Ben', 'Ada']);
    expect(toggle()?.getAttribute('aria-expanded')).toBe('true');
    expect(toggle()?.getAttribute('aria-controls')).toBe(list()?.id);
    await press(toggle());
    expect(list()).toBeNull();
    expect(toggle()?.getAttribute('aria-controls')).toBeNull();
  });

  it('says when each came, in the language of the bell', async () => {
    show(4, four);
    await press(toggle());
    const [time] = document.querySelectorAll<HTMLTimeElement>('.belfry-moment');
    expect(time?.dateTime).toBe('2026-11-03T10:00:00.000Z');
    const said = new Date('2026-11-03T10:00:00.000Z').toLocaleString('en', {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    expect(time?.textContent).toBe(said);
  });

  it.each([
    ['the same people came again', 5, ['a', 'b'], '5 times'],
    ['no name is known', 3, ['x', 'y', 'z'], '3 times'],
  ])('opens by how often, if %s', async (_, count, ids, text) => {
    show(count, ids);
    expect(toggle()?.textContent).toBe(text);
    await press(toggle());
    expect(people()).toHaveLength(count);
  });

  it('is not offered if each came once, and all are named', () => {
    show(3, ['a', 'b', 'c']);
    expect(toggle()).toBeNull();
  });

  it('has a word for each whose name is not known', async () => {
    const fake = show(4, four, { someone: 'A guest' });
    const { open, answer } = answering(fake);
    await open();
    await answer(0, null, 'a', 'x', null);
    expect(people()).toEqual(['Ada', 'A guest', 'A guest']);
  });

  it('loads page after page, and keeps the focus on one button, which closes it at the end', async () => {
    show(45, four);
    await press(toggle());
    expect(people()).toHaveLength(20);
    const pressed = button();
    pressed?.focus();
    expect(pressed?.textContent).toBe('Show older');
    await press(pressed);
    expect(people()).toHaveLength(40);
    await press(pressed);
    expect(people()).toHaveLength(45);
    expect(document.activeElement).toBe(pressed);
    expect(pressed?.textContent).toBe('Show less');
    await press(pressed);
    expect(list()).toBeNull();
    expect(document.activeElement).toBe(toggle());
  });

  it('says that it loads, and asks once however often its button is pressed', async () => {
    const fake = show(45, four);
    const { open, requests, answer } = answering(fake);
    await open();
    expect(status()).toBe('Loading…');
    await answer(0, '20', 'd');
    expect(status()).toBe('');
    await press(button());
    await press(button());
    expect(status()).toBe('Loading…');
    expect(button()?.getAttribute('aria-disabled')).toBe('true');
    expect(requests).toEqual([null, '20']);
  });

  it('says what has failed, and tries the same page again', async () => {
    const fake = show(45, four);
    const { open, requests, answer, fail } = answering(fake);
    await open();
    await fail(0);
    expect(status()).toBe('That did not work');
    expect(button()?.textContent).toBe('Try again');
    await press(button());
    await answer(1, '20', 'd');
    await press(button());
    await fail(2);
    await press(button());
    await answer(3, null, 'c');
    expect(requests).toEqual([null, null, '20', '20']);
    expect(people()).toEqual(['Dan', 'Cleo']);
    expect(status()).toBe('');
  });

  it('starts anew when another comes, and ignores what was on its way', async () => {
    const fake = show(45, four);
    const { open, requests, answer } = answering(fake);
    await open();
    await answer(0, '20', 'd');
    await press(button());
    act(() => fake.update(1, { group_count: 46, actor_ids: ['b', 'c', 'd', 'a'] }));
    expect(people()).toEqual(['Dan']);
    await answer(1, null, 'c');
    expect(people()).toEqual(['Dan']);
    await answer(2, null, 'a', 'd', 'c');
    expect(requests).toEqual([null, '20', null]);
    expect(people()).toEqual(['Ada', 'Dan', 'Cleo']);
  });

  it('closes if the notification is gone, and leaves the focus where it is', async () => {
    const fake = show(4, four);
    const { open, fail } = answering(fake);
    await open();
    const elsewhere = document.querySelector<HTMLElement>('[aria-haspopup]');
    elsewhere?.focus();
    await fail(0, 'not_found');
    expect(list()).toBeNull();
    expect(document.activeElement).toBe(elsewhere);
    act(() => fake.lose(1));
    expect(items()).toEqual([]);
  });

  it('gives the focus back if the notification is gone when it is tried again', async () => {
    const fake = show(4, four);
    const { open, fail } = answering(fake);
    await open();
    await fail(0);
    button()?.focus();
    await press(button());
    await fail(1, 'not_found');
    expect(list()).toBeNull();
    expect(document.activeElement).toBe(toggle());
  });

  it('asks for nothing after it was closed', async () => {
    const fake = show(4, four);
    const { open, requests, answer } = answering(fake);
    await open();
    await press(toggle());
    await answer(0, null, 'a');
    expect(list()).toBeNull();
    expect(requests).toEqual([null]);
  });
});
