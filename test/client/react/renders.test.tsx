// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { byDay } from '../../../client/src/react/by-day.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { type ItemProps, NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { bell, opener, press } from './render-bell.tsx';

const noon = Date.parse('2026-03-01T12:00:00Z');
/** Three notifications of the last hours. */
const three = () => createFakeClient([3, 2, 1].map((id) => notification(id + 800, {}, noon)));

/** The ids of the items that have rendered since the last call, in their order. */
let rendered: number[] = [];
const Item = ({ notification: { id, title }, time, open, actions, act: make }: ItemProps) => {
  rendered.push(id);
  return (
    <>
      {open(title)}
      {time}
      <button type="button" onClick={() => make(actions[1] ?? 'archive')}>
        Other {id}
      </button>
    </>
  );
};
const options = { components: { Item }, groupBy: byDay, locale: 'en' };

/** Renders the inbox, and answers what renders again by a change. */
function setUp(fake: ReturnType<typeof createFakeClient>, face: 'inbox' | 'bell') {
  vi.useFakeTimers({ now: noon });
  render(
    <NotificationProvider client={fake.client}>
      {face === 'bell' ? <NotificationBell {...options} /> : <NotificationInbox {...options} />}
    </NotificationProvider>,
  );
  if (face === 'bell') fireEvent.click(bell());
  expect(rendered.length).toBeGreaterThan(0);
  return async (change: () => unknown) => {
    rendered = [];
    await act(async () => {
      change();
    });
    return rendered;
  };
}

afterEach(() => {
  cleanup();
  rendered = [];
  vi.useRealTimers();
});

describe.each(['inbox', 'bell'] as const)('in the %s', (face) => {
  it('a new notification renders itself and no other one, also where it takes the heading', async () => {
    const fake = three();
    const renders = setUp(fake, face);
    expect(await renders(() => fake.arrive(notification(900, {}, noon)))).toEqual([900]);
    expect(document.querySelectorAll('.belfry-group')).toHaveLength(1);
  });

  it('a notification that changes renders alone', async () => {
    const fake = three();
    const renders = setUp(fake, face);
    expect(await renders(() => fake.client.markAsRead(802))).toEqual([802]);
  });

  it('one that is archived renders no other one, and its place in the tab order goes to one', async () => {
    const fake = three();
    const renders = setUp(fake, face);
    expect(await renders(() => fake.lose(802))).toEqual([]);
    // The next older one is now in the tab order, if the one that has gone was.
    expect(await renders(() => fake.lose(803))).toEqual([801]);
  });

  it('nothing else of the snapshot renders any of them', async () => {
    const fake = three();
    const renders = setUp(fake, face);
    const others = { isLoading: true, hasMore: true, status: 'polling' } as const;
    expect(await renders(() => fake.render(others))).toEqual([]);
    expect(await renders(() => fake.render({ error: null, status: 'live' }))).toEqual([]);
  });

  it('the time renders those whose text it changes', async () => {
    const fake = createFakeClient([
      notification(999, {}, noon),
      notification(1, { created_at: '2026-02-28T03:00:00.000Z' }),
    ]);
    const renders = setUp(fake, face);
    expect(await renders(() => vi.advanceTimersByTime(15_000))).toEqual([]);
    expect(await renders(() => vi.advanceTimersByTime(45_000))).toEqual([999]);
  });

  it('the focus renders the item that gets it and the one that had it', async () => {
    const fake = three();
    const renders = setUp(fake, face);
    expect(await renders(() => opener('Title 801').focus())).toEqual([803, 801]);
    expect(await renders(() => press('ArrowUp'))).toEqual([802, 801]);
  });
});

it('an item archives what can be brought back, after other notifications have come', async () => {
  const fake = three();
  const renders = setUp(fake, 'inbox');
  await renders(() => fake.arrive(notification(900, {}, noon)));
  const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'Other 801');
  await renders(() => button?.click());
  expect(fake.calls).toEqual(['archive 801']);
  expect(document.querySelector('.belfry-undo')?.textContent).toContain('Undo');
});
