// @vitest-environment happy-dom
import { act, render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { TitleBadge } from '../../../client/src/react/title-badge.tsx';
import { NotificationProvider } from '../../../client/src/react.ts';
import './render-bell.tsx';

describe('the count in the title of the page', () => {
  const show = ({ client }: ReturnType<typeof createFakeClient>) =>
    render(
      <NotificationProvider client={client}>
        <TitleBadge />
      </NotificationProvider>,
    );
  const inTitle = (unseenCount: number) => show(createFakeClient([notification(1)], { unseenCount }));

  it('is there whatever the page calls itself next', async () => {
    document.title = 'My page';
    const fake = createFakeClient([notification(1)]);
    const { unmount } = show(fake);
    expect(document.title).toBe('(1) My page');
    act(() => fake.arrive(notification(2)));
    expect(document.title).toBe('(2) My page');
    document.title = 'Another page';
    await expect.poll(() => document.title).toBe('(2) Another page');
    unmount();
    expect(document.title).toBe('Another page');
  });

  it('is that of one client if two have different ones', async () => {
    document.title = 'My page';
    const fake = createFakeClient([notification(1)]);
    const first = show(fake);
    const second = inTitle(7);
    expect(document.title).toBe('(1) My page');
    act(() => fake.arrive(notification(2)));
    expect(document.title).toBe('(2) My page');
    document.title = 'Another page';
    await expect.poll(() => document.title).toMatch(/^\([27]\) Another page$/);
    first.unmount();
    await expect.poll(() => document.title).toBe('(7) Another page');
    second.unmount();
    expect(document.title).toBe('Another page');
  });

  it('stands alone where the page has no title', () => {
    const { unmount } = inTitle(3);
    expect(document.title).toBe('(3)');
    unmount();
    expect(document.title).toBe('');
  });

  it('leaves a title alone that begins with a count of its own', () => {
    document.title = '(3) Threads';
    const { unmount } = inTitle(3);
    expect(document.title).toBe('(3) Threads');
    unmount();
    expect(document.title).toBe('(3) Threads');
  });

  it('has at most two digits', () => {
    document.title = 'My page';
    inTitle(120).unmount();
    const { unmount } = inTitle(120);
    expect(document.title).toBe('(99+) My page');
    unmount();
    expect(document.title).toBe('My page');
  });
});
