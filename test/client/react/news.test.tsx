// @vitest-environment happy-dom
import { act, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';
import { renderBell } from './render-bell.tsx';

describe('news', () => {
  const announcement = () => screen.getAllByRole('status')[0]?.textContent;

  it('is announced, half a second together', () => {
    vi.useFakeTimers();
    const fake = createFakeClient([notification(1)]);
    renderBell(fake);
    expect(announcement()).toBe('');
    act(() => fake.arrive(notification(2)));
    act(() => vi.advanceTimersByTime(500));
    expect(announcement()).toBe('New notification: Title 2');
    act(() => fake.arrive(notification(3)));
    act(() => fake.arrive(notification(4)));
    act(() => vi.advanceTimersByTime(500));
    expect(announcement()).toBe('2 new notifications');
  });

  it.each([
    ['signs out', null],
    ['gives way to another one', '0b5e55ed-0000-4000-8000-000000000002'],
  ])('is gone at once if the user %s, also if it is not announced yet', (_, userId) => {
    vi.useFakeTimers();
    const fake = createFakeClient();
    renderBell(fake);
    act(() => fake.arrive(notification(1)));
    act(() => vi.advanceTimersByTime(500));
    expect(announcement()).toBe('New notification: Title 1');
    act(() => fake.arrive(notification(2)));
    act(() => fake.render({ userId }));
    expect(announcement()).toBe('');
    act(() => vi.advanceTimersByTime(500));
    expect(announcement()).toBe('');
  });

  it('is gone after five seconds', () => {
    vi.useFakeTimers();
    const fake = createFakeClient();
    renderBell(fake);
    act(() => fake.arrive(notification(1)));
    act(() => vi.advanceTimersByTime(5_000));
    expect(announcement()).toBe('New notification: Title 1');
    act(() => fake.arrive(notification(2)));
    act(() => vi.advanceTimersByTime(500));
    expect(announcement()).toBe('New notification: Title 2');
    act(() => vi.advanceTimersByTime(4_900));
    expect(announcement()).toBe('New notification: Title 2');
    act(() => vi.advanceTimersByTime(100));
    expect(announcement()).toBe('');
  });

  it('is heard once for what comes together, and only in the tab that leads', () => {
    vi.useFakeTimers();
    const fake = createFakeClient();
    const sound = vi.fn();
    renderBell(fake, { sound });
    act(() => fake.arrive(notification(1)));
    act(() => fake.arrive(notification(2)));
    expect(sound).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 1 }));
    act(() => vi.advanceTimersByTime(500));
    fake.client.isLeader = () => false;
    act(() => fake.arrive(notification(3)));
    expect(sound).toHaveBeenCalledOnce();
  });
});

describe('two bells of one client', () => {
  const two = (fake: ReturnType<typeof createFakeClient>, sounds: (() => void)[]) =>
    render(
      <NotificationProvider client={fake.client}>
        {sounds.map((sound, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the bells stay as they are
          <NotificationBell key={index} sound={sound} />
        ))}
      </NotificationProvider>,
    );
  const announcements = () =>
    screen
      .getAllByRole('status')
      .map(({ textContent }) => textContent)
      .filter(Boolean);

  it('make one sound and one announcement', () => {
    vi.useFakeTimers();
    const fake = createFakeClient([notification(1)]);
    const sounds = [vi.fn(), vi.fn()];
    two(fake, sounds);
    act(() => fake.arrive(notification(2)));
    act(() => vi.advanceTimersByTime(500));
    expect(sounds.flatMap(({ mock }) => mock.calls)).toHaveLength(1);
    expect(announcements()).toEqual(['New notification: Title 2']);
  });

  it('announce in the one that is visible', () => {
    vi.useFakeTimers();
    const fake = createFakeClient([notification(1)]);
    two(fake, [vi.fn(), vi.fn()]);
    const [hidden, visible] = document.querySelectorAll<HTMLElement>('.belfry');
    if (!hidden || !visible) throw new Error('There are no two bells.');
    hidden.getClientRects = () => Object.assign([], { item: () => null });
    visible.getClientRects = () => Object.assign([new DOMRect()], { item: () => null });
    act(() => fake.arrive(notification(2)));
    act(() => vi.advanceTimersByTime(500));
    expect(visible.querySelector('[role=status]')?.textContent).toBe('New notification: Title 2');
    expect(hidden.querySelector('[role=status]')?.textContent).toBe('');
  });
});

it('goes on after a sound that throws', () => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const fake = createFakeClient([notification(1)]);
  renderBell(fake, {
    sound() {
      throw new Error('No sound.');
    },
  });
  act(() => fake.arrive(notification(2)));
  act(() => vi.advanceTimersByTime(500));
  expect(screen.getByText('New notification: Title 2')).toBeDefined();
  vi.restoreAllMocks();
});
