// @vitest-environment happy-dom
import { act, render, renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { TitleBadge } from '../../../client/src/react/title-badge.tsx';
import { NotificationProvider, useUnseenCount } from '../../../client/src/react.ts';
import { bell, items, open, press, renderBell } from './render-bell.tsx';

const badge = () => document.querySelector('.belfry-badge')?.textContent;
const dots = () => document.querySelectorAll('.belfry-dot').length;

/** Shows or hides the page, as another tab in front of it does. */
const setHidden = (isHidden: boolean) =>
  act(async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
    document.dispatchEvent(new Event('visibilitychange'));
  });
/** Opens the bell, and lets what that asks for be answered. */
async function openBell() {
  open();
  await act(async () => {});
}

afterEach(() => vi.restoreAllMocks());

describe('the badge of the bell', () => {
  it('counts what is unseen, and is gone when the bell opens, while the dots stay', async () => {
    const fake = createFakeClient([notification(2), notification(1)], { unseenCount: 1 });
    renderBell(fake);
    expect(badge()).toBe('1');
    await openBell();
    expect(badge()).toBeUndefined();
    expect(bell().getAttribute('aria-label')).toBe('Notifications, 2 unread');
    expect(dots()).toBe(2);
    press('Escape');
    expect(badge()).toBeUndefined();
  });

  it('counts what is unread, open or not, if the app says so', async () => {
    const fake = createFakeClient([notification(2), notification(1)], { unseenCount: 1 });
    renderBell(fake, { badge: 'unread' });
    expect(badge()).toBe('2');
    await openBell();
    expect(badge()).toBe('2');
    expect(fake.timesSeen()).toBe(1);
  });

  it('stays away while the bell is open and more arrives', async () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    await openBell();
    await act(async () => fake.arrive(notification(2)));
    expect(fake.timesSeen()).toBe(2);
    expect(badge()).toBeUndefined();
    press('Escape');
    await act(async () => fake.arrive(notification(3)));
    expect(badge()).toBe('1');
  });

  it('counts what arrives while the bell is open on a hidden page, until the page is shown', async () => {
    const fake = createFakeClient([]);
    renderBell(fake);
    await openBell();
    await setHidden(true);
    await act(async () => fake.arrive(notification(1)));
    expect(badge()).toBe('1');
    await setHidden(false);
    expect(badge()).toBeUndefined();
  });

  it('counts what comes with the first page after the bell was opened, and sees it', async () => {
    const fake = createFakeClient([], { isLoading: true });
    renderBell(fake);
    await openBell();
    await act(async () => {
      fake.render({ isLoading: false });
      fake.arrive(notification(1));
    });
    expect(fake.timesSeen()).toBe(1);
    expect(items()).toHaveLength(1);
  });
});

describe('what could not be marked as seen', () => {
  /** A client whose service does not answer: the count is 0 at once, and soon what it was. */
  function failing() {
    const fake = createFakeClient([notification(1)]);
    let tries = 0;
    let works = false;
    const { markAsSeen } = fake.client;
    fake.client.markAsSeen = async () => {
      tries += 1;
      await markAsSeen();
      if (!works) fake.unsee();
      return works;
    };
    return {
      fake,
      tries: () => tries,
      heal: () => {
        works = true;
      },
    };
  }

  it('is not tried again and again', async () => {
    const { fake, tries } = failing();
    renderBell(fake);
    await openBell();
    const first = tries();
    for (let change = 0; change < 3; change += 1) await act(async () => fake.render({ isLoading: !change }));
    expect(tries()).toBe(first);
    expect(badge()).toBe('1');
  });

  it('is not tried again and again either if the service has answered', async () => {
    const { fake, tries, heal } = failing();
    const { markAsSeen } = fake.client;
    heal();
    // Something stays unseen: what has come, and the client does not have.
    fake.client.markAsSeen = async () => {
      const isDone = await markAsSeen();
      fake.unsee();
      return isDone;
    };
    renderBell(fake);
    await openBell();
    expect(tries()).toBe(1);
  });

  it.each([
    [
      'when more arrives',
      (fake: ReturnType<typeof createFakeClient>) => act(async () => fake.arrive(notification(2))),
    ],
    [
      'when the bell opens again',
      async () => {
        press('Escape');
        await openBell();
      },
    ],
  ])('is tried again %s', async (_, happens) => {
    const { fake, heal } = failing();
    renderBell(fake);
    await openBell();
    heal();
    await happens(fake);
    expect(badge()).toBeUndefined();
  });
});

it('an inbox that is a part of the page shows what is there, so that is seen', async () => {
  const fake = createFakeClient([notification(1)]);
  await act(async () => {
    render(
      <NotificationProvider client={fake.client}>
        <NotificationInbox />
      </NotificationProvider>,
    );
  });
  expect(fake.timesSeen()).toBe(1);
});

it.each([
  ['what is unseen', undefined, '(1) My page', 'My page'],
  ['what is unread, if the app says so', 'unread', '(2) My page', '(2) My page'],
] as const)('the title counts %s', async (_, counted, before, after) => {
  document.title = 'My page';
  const fake = createFakeClient([notification(2), notification(1)], { unseenCount: 1 });
  render(
    <NotificationProvider client={fake.client}>
      <TitleBadge badge={counted} />
    </NotificationProvider>,
  );
  expect(document.title).toBe(before);
  await act(async () => void fake.client.markAsSeen());
  expect(document.title).toBe(after);
});

it('useUnseenCount renders only when the count changes', () => {
  const fake = createFakeClient([notification(2)], { unseenCount: 1 });
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders += 1;
      return useUnseenCount();
    },
    {
      wrapper: ({ children }) => <NotificationProvider client={fake.client}>{children}</NotificationProvider>,
    },
  );
  act(() => fake.render({ isLoading: true }));
  expect([result.current, renders]).toEqual([1, 1]);
  act(() => void fake.client.markAsSeen());
  expect([result.current, renders]).toEqual([0, 2]);
});
