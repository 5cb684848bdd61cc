// @vitest-environment happy-dom
import { act, screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { byDay } from '../../../client/src/react/by-day.ts';
import type { NotificationBellProps } from '../../../client/src/react.ts';
import { items, open, press, renderBell } from './render-bell.tsx';

const noon = new Date(2026, 2, 10, 12);
const at = (...time: [month: number, day: number, hour: number]) => new Date(2026, ...time).toISOString();

/** The headings of the list, at noon on 10 March in the time zone of the machine. */
function headingsOf(times: string[], props: NotificationBellProps = {}) {
  vi.useFakeTimers({ now: noon });
  const rows = times.map((created_at, index) => notification(9 - index, { created_at }));
  renderBell(createFakeClient(rows), { groupBy: byDay, locale: 'en', ...props });
  open();
  return within(screen.getByRole('list'))
    .queryAllByRole('heading')
    .map(({ textContent }) => textContent);
}

describe('headings of days', () => {
  it('are there once for each day', () => {
    const times = [at(2, 10, 11), at(2, 10, 0), at(2, 9, 23), at(2, 9, 0), at(2, 8, 23), at(2, 8, 1)];
    expect(headingsOf(times)).toEqual(['Today', 'Yesterday', 'Sunday, March 8, 2026']);
    expect(items()).toHaveLength(6);
  });

  it('count the days of the calendar also where one has 23 or 25 hours', () => {
    for (const month of [2, 9]) {
      for (let day = 1; day < 31; day += 1) {
        vi.useFakeTimers({ now: new Date(2026, month, day, 12) });
        const created_at = new Date(2026, month, day - 1, 12).toISOString();
        const { unmount } = renderBell(createFakeClient([notification(1, { created_at })]), {
          groupBy: byDay,
          locale: 'en',
        });
        open();
        expect(screen.getByRole('heading', { level: 3 }).textContent).toBe('Yesterday');
        unmount();
      }
    }
  });

  it('say “Today” for what comes from a clock that is ahead', () => {
    expect(headingsOf([at(2, 12, 0), at(2, 10, 9)])).toEqual(['Today']);
  });

  it('are in the language of the times', () => {
    expect(headingsOf([at(2, 10, 11), at(1, 1, 0)], { locale: 'de' })).toEqual([
      'Heute',
      'Sonntag, 1. Februar 2026',
    ]);
  });

  it('are not there without the option', () => {
    expect(headingsOf([at(2, 10, 11)], { groupBy: undefined })).toEqual([]);
  });

  it('may be other groups than days, and are missing alone if the function throws or answers no text', () => {
    const times = [at(2, 10, 11), at(2, 10, 10), at(2, 9, 9)];
    const groupBy = ({ id }: { id: number }): string => {
      if (id === 7) throw new Error('No group.');
      return id === 8 ? ({} as string) : 'Nine';
    };
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(headingsOf(times, { groupBy })).toEqual(['Nine']);
    expect(items()).toHaveLength(3);
  });

  it('are no stops for the arrow keys', () => {
    headingsOf([at(2, 10, 11), at(2, 9, 11), at(1, 1, 0)]);
    const walk = ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Home'].map((key) => {
      act(() => press(key));
      return document.activeElement?.querySelector('.belfry-name')?.textContent;
    });
    expect(walk).toEqual(['Title 9', 'Title 8', 'Title 7', 'Title 9']);
  });
});
