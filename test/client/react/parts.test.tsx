// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import type { ItemProps } from '../../../client/src/react.ts';
import { bell, open, press, renderBell } from './render-bell.tsx';

function ShoutingItem({ notification, open, act, actions }: ItemProps) {
  return (
    <>
      {open(notification.title.toUpperCase())}
      <button type="button" onClick={() => actions[0] && act(actions[0])}>
        First action
      </button>
    </>
  );
}

describe('replaced parts', () => {
  it('keep keys and actions', () => {
    const fake = createFakeClient([notification(1)]);
    renderBell(fake, {
      components: {
        Item: ShoutingItem,
      },
    });
    open();
    fireEvent.click(screen.getByText('First action'));
    press('ArrowDown');
    expect(document.activeElement).toBe(screen.getByText('TITLE 1'));
    press('e');
    expect(fake.calls).toEqual(['markAsRead 1', 'archive 1']);
  });

  it('speak with the labels of the app', () => {
    renderBell(createFakeClient([]), {
      labels: { bell: (count) => `Notifications: ${count}`, loading: 'x' },
    });
    expect(bell().getAttribute('aria-label')).toBe('Notifications: 0');
  });
});
