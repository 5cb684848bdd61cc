// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { type GroupOptions, groupActors } from '../../../client/src/react/group-actors.tsx';
import { items, open, renderBell } from './render-bell.tsx';

const names = new Map([
  ['a', 'Ada'],
  ['b', 'Ben'],
  ['c', 'Cleo'],
  ['d', 'Dan'],
  ['e', 'Eve'],
]);
const nameOf = (id: string) => names.get(id);

/** What the item says of its actors, and what it draws. */
function shown(group_count: number, actor_ids: string[], options: Partial<GroupOptions> = {}, locale = 'en') {
  const fake = createFakeClient([notification(1, { group_count, actor_ids })]);
  renderBell(fake, { itemParts: [groupActors({ nameOf, ...options })], locale });
  open();
  const line = document.querySelector('.belfry-actors');
  const faces = [...(line?.querySelectorAll('.belfry-face') ?? [])];
  return (
    line && [line.querySelector('[dir=auto]')?.textContent, faces.map((face) => face.textContent).join(' ')]
  );
}

describe('the actors of a group', () => {
  it.each([
    ['one who came twice', 2, ['a'], ['Ada', 'A']],
    ['two', 2, ['a', 'b'], ['Ben and Ada', 'B A']],
    ['two who came five times', 5, ['a', 'b'], ['Ben and Ada', 'B A']],
    ['three', 3, ['a', 'b', 'c'], ['Cleo, Ben, and Ada', 'C B A']],
    ['four', 4, ['a', 'b', 'c', 'd'], ['Dan, Cleo, and 2 others', 'D C +2']],
    ['more than the service keeps', 40, ['a', 'b', 'c', 'd', 'e'], ['Eve, Dan, and 38 others', 'E D +38']],
    ['those that are not known among the others', 3, ['a', 'x', 'b'], ['Ben, Ada, and 1 other', 'B A +1']],
  ])('are the newest first: %s', (_, count, ids, expected) => {
    expect(shown(count, ids)).toEqual(expected);
  });

  it('are in the language of the bell, with the texts of the app', () => {
    const labels = { others: (count: number) => `${count} weitere` };
    expect(shown(9, [...names.keys()], { labels }, 'de')?.[0]).toBe('Eve, Dan und 7 weitere');
  });

  it('have the pictures of the app, for decoration', () => {
    shown(2, ['a', 'b'], { avatarOf: (id) => <img src={`/people/${id}`} alt="" /> });
    const faces = document.querySelector('.belfry-faces');
    expect(faces?.getAttribute('aria-hidden')).toBe('true');
    expect(faces?.querySelector('img')?.getAttribute('src')).toBe('/people/b');
  });

  it.each([
    ['the same people came again', 5, ['a', 'b'], '5 times'],
    ['no actor is named', 3, [], '3 times'],
    ['no name is known', 2, ['x', 'y'], '2 times'],
    ['each came once', 2, ['a', 'b'], undefined],
    ['the service may not know all of them', 9, [...names.keys()], undefined],
  ])('are followed by how often, if %s', (_, count, ids, times) => {
    shown(count, ids);
    expect(document.querySelector('.belfry-times')?.textContent).toBe(times);
  });

  it('are missing if there is one create', () => {
    expect(shown(1, ['a'])).toBeNull();
  });

  it('are missing alone if a function of the app throws', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const throwing = () => {
      throw new Error('A mistake of the app.');
    };
    expect(shown(2, ['a', 'b'], { nameOf: throwing })?.[1]).toBe('');
    expect(items()).toHaveLength(1);
    vi.restoreAllMocks();
  });
});
