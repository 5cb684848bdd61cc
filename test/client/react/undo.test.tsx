// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { notification } from '../../../client/scenes/notification.ts';
import { items, open, opener, press, renderBell } from './render-bell.tsx';

const windowMs = 6_000;
const three = () => createFakeClient([notification(3), notification(2, { status: 'read' }), notification(1)]);
const titles = () => items().map((item) => item.querySelector('.belfry-name')?.textContent);
const archive = async (title: string) => {
  act(() => opener(title).focus());
  await act(async () => press('e'));
};
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const undoButton = () => screen.queryByRole('button', { name: 'Undo' });

describe('undo after archive', () => {
  let fake: ReturnType<typeof createFakeClient>;
  beforeEach(() => {
    vi.useFakeTimers();
    fake = three();
    renderBell(fake);
    open();
  });

  it('brings an unread notification back as unread', async () => {
    await archive('Title 3');
    expect(titles()).toEqual(['Title 2', 'Title 1']);
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(titles()).toEqual(['Title 3', 'Title 2', 'Title 1']);
    expect(fake.calls).toEqual(['archive 3', 'mark unarchive 3', 'mark unread 3']);
    expect(undoButton()).toBeNull();
  });

  it('brings a read notification back as read', async () => {
    await archive('Title 2');
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(fake.calls).toEqual(['archive 2', 'mark unarchive 2']);
  });

  it('brings back all that the bar counts, and each archive starts its time anew', async () => {
    await archive('Title 3');
    expect(screen.getByText('Archived', { selector: '.belfry-undo *' })).toBeDefined();
    pass(windowMs - 1);
    await archive('Title 1');
    pass(windowMs - 1);
    expect(screen.getByText('2 archived')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(titles()).toEqual(['Title 3', 'Title 2', 'Title 1']);
    expect(fake.calls.slice(2)).toEqual(['mark unarchive 3,1', 'mark unread 3,1']);
  });

  it('is said once to screen readers, in a place that was there before', async () => {
    const place = document.querySelector('.belfry-undo');
    expect(place?.getAttribute('aria-live')).toBe('polite');
    await archive('Title 3');
    expect(place?.textContent).toContain('Archived');
  });

  it('is over after some seconds, and nothing is left that runs', async () => {
    await archive('Title 3');
    pass(windowMs);
    expect(undoButton()).toBeNull();
    expect(titles()).toEqual(['Title 2', 'Title 1']);
    act(() => press('z'));
    expect(fake.calls).toEqual(['archive 3']);
  });

  it.each([
    ['z', {}],
    ['Ctrl+Z', { ctrlKey: true }],
    ['Cmd+Z', { metaKey: true }],
  ])('works by %s while the focus is in the inbox', async (_, modifiers) => {
    await archive('Title 3');
    expect(document.activeElement).toBe(opener('Title 2'));
    fireEvent.keyDown(opener('Title 2'), { key: 'z', ...modifiers });
    expect(titles()).toEqual(['Title 3', 'Title 2', 'Title 1']);
    expect(document.activeElement).toBe(opener('Title 2'));
  });

  it('leaves the focus in the list after its button is gone', async () => {
    await archive('Title 3');
    act(() => undoButton()?.focus());
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(document.activeElement?.closest('.belfry-item')).not.toBeNull();
  });

  it('is not offered for an archive that has failed', async () => {
    fake.client.archive = async () => false;
    fake.render();
    await archive('Title 3');
    expect(undoButton()).toBeNull();
  });

  it('is forgotten with the user who has archived', async () => {
    await archive('Title 3');
    act(() => fake.render({ userId: '0b5e55ed-0000-4000-8000-000000000002' }));
    expect(undoButton()).toBeNull();
    act(() => press('z'));
    expect(fake.calls).toEqual(['archive 3']);
  });

  it('is over when the inbox closes', async () => {
    await archive('Title 3');
    press('Escape');
    open();
    expect(undoButton()).toBeNull();
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });
});
