// @vitest-environment happy-dom
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createFakeClient } from '../../../client/scenes/fake-client.ts';
import { NotificationError } from '../../../client/src/index.ts';
import {
  NotificationPreferences,
  type NotificationPreferencesProps,
  usePreferences,
} from '../../../client/src/react/preferences.tsx';
import { NotificationProvider } from '../../../client/src/react.ts';
import { anyValues } from './any-prop.tsx';
import './render-bell.tsx';

const someone = '0b5e55ed-0000-4000-8000-000000000002';
const broken = new NotificationError('internal', 'broken', { status: 500 });

/** Shows the panel, and waits until it has what the service says. */
async function show(fake = createFakeClient(), props: NotificationPreferencesProps = {}) {
  await act(async () => {
    render(
      <StrictMode>
        <NotificationProvider client={fake.client}>
          <NotificationPreferences {...props} />
        </NotificationProvider>
      </StrictMode>,
    );
  });
  return fake;
}
const switches = () =>
  screen.queryAllByRole('switch').map((each) => {
    const name = document.querySelector(`label[for="${each.id}"]`)?.textContent;
    return `${name}: ${each.getAttribute('aria-checked') === 'true' ? 'on' : 'off'}`;
  });
const named = (name: string) => screen.getByRole('switch', { name });
const press = (name: string) => act(async () => void fireEvent.click(named(name)));
const announced = () => screen.getByRole('alert').textContent;

describe('the panel', () => {
  it('has a switch for each type of the service, with a name that the type has if it has no other', async () => {
    await show(createFakeClient(), { types: undefined });
    expect(switches()).toEqual(['Booking: on', 'Promo: off', 'Payout: on']);
    expect(screen.getByRole('region', { name: 'Notification settings' })).toBeDefined();
  });

  it('has the types that the app names, in its order and words, and none that the service does not know', async () => {
    await show(createFakeClient(), {
      types: [
        { type: 'promo', label: 'Offers', description: <b>At most one a week</b> },
        { type: 'gone', label: 'Gone' },
        { type: 'booking' },
      ],
    });
    expect(switches()).toEqual(['Offers: off', 'Booking: on']);
    expect(describedBy('Offers')).toBe('At most one a week');
    expect(named('Booking').hasAttribute('aria-describedby')).toBe(false);
  });

  it('shows a change at once, and sends it', async () => {
    const fake = await show();
    await press('Promo');
    expect(switches()).toContain('Promo: on');
    await press('Promo');
    expect(switches()).toContain('Promo: off');
    expect(fake.calls).toEqual(['setPreferences {"promo":true}', 'setPreferences {"promo":false}']);
  });

  it('shows a critical type as on, says why, and cannot switch it off', async () => {
    const fake = await show();
    expect(named('Payout').getAttribute('aria-disabled')).toBe('true');
    expect(describedBy('Payout')).toBe('Always on, because you need to know this.');
    named('Payout').focus();
    expect(document.activeElement).toBe(named('Payout'));
    await press('Payout');
    expect(switches()).toContain('Payout: on');
    expect(fake.calls).toEqual([]);
  });

  it('follows what was switched in another tab or on another device', async () => {
    const fake = await show();
    await act(async () => fake.prefer({ promo: true, booking: false }));
    expect(switches()).toEqual(['Booking: off', 'Promo: on', 'Payout: on']);
  });

  it('asks again when it is live again, because it may have missed a change', async () => {
    const fake = createFakeClient([], { status: 'offline' });
    await show(fake);
    await fake.service.setPreferences({ promo: true });
    expect(switches()).toContain('Promo: off');
    await act(async () => fake.render({ status: 'live' }));
    expect(switches()).toContain('Promo: on');
  });
});

describe('what fails', () => {
  it('is back as it was, and is announced with its name, until the user tries again', async () => {
    const fake = await show();
    const { setPreferences } = fake.service;
    const failing = vi.spyOn(fake.service, 'setPreferences').mockRejectedValue(broken);
    await press('Promo');
    expect(switches()).toContain('Promo: off');
    expect(announced()).toBe('“Promo” could not be changed. Try again.');
    await act(async () => fake.prefer({ booking: false }));
    expect(announced()).toContain('Promo');
    failing.mockImplementation(setPreferences);
    await press('Promo');
    expect(switches()).toContain('Promo: on');
    expect(announced()).toBe('');
  });

  it('is the whole panel if nothing could be loaded, until a retry works', async () => {
    const fake = createFakeClient();
    const { getPreferences } = fake.service;
    const failing = vi.spyOn(fake.service, 'getPreferences').mockRejectedValue(broken);
    await show(fake, { labels: { failed: ({ code }) => `Failed: ${code}` } });
    expect(switches()).toEqual([]);
    expect(announced()).toContain('Failed: internal');
    failing.mockImplementation(getPreferences);
    await act(async () => void fireEvent.click(screen.getByText('Try again')));
    expect(announced()).toBe('');
    expect(switches()).toHaveLength(3);
  });

  it('is what the client says while it does not know whose inbox it is', async () => {
    const fake = createFakeClient([], { userId: null });
    await show(fake);
    expect(document.querySelector('[aria-busy=true] .belfry-skeleton')).not.toBeNull();
    expect(screen.getByText('Loading…')).toBeDefined();
    await act(async () => fake.render({ error: broken }));
    expect(announced()).toContain('could not be loaded');
    fireEvent.click(screen.getByText('Try again'));
    expect(fake.refreshes()).toBe(1);
    await act(async () => fake.render({ error: null, userId: someone }));
    expect(switches()).toHaveLength(3);
  });

  it('says that there is nothing to choose if the service has no types', async () => {
    const fake = createFakeClient();
    fake.service.getPreferences = async () => ({ user_id: someone, types: {} });
    await show(fake);
    expect(screen.getByText('There is nothing to choose')).toBeDefined();
  });
});

it('shows another user nothing of the last one’s preferences', async () => {
  const fake = await show();
  fake.service.getPreferences = () => new Promise(() => {});
  await act(async () => fake.render({ userId: someone }));
  expect(switches()).toEqual([]);
});

it('usePreferences answers the types, and switches one', async () => {
  const fake = createFakeClient();
  const { result } = renderHook(usePreferences, {
    wrapper: ({ children }) => <NotificationProvider client={fake.client}>{children}</NotificationProvider>,
  });
  await act(async () => {});
  expect(result.current.types?.promo).toEqual({ enabled: false, critical: false });
  await act(async () => expect(await result.current.set('promo', true)).toBe(true));
  expect(result.current.types?.promo?.enabled).toBe(true);
});

describe.each([
  ['types', (value: unknown) => ({ types: value })],
  ['an entry of types', (value: unknown) => ({ types: [value, { type: 'promo' }] })],
  ['type', (value: unknown) => ({ types: [{ type: value }] })],
  ['label', (value: unknown) => ({ types: [{ type: 'promo', label: value }] })],
  ['description', (value: unknown) => ({ types: [{ type: 'promo', description: value }] })],
  ['labels', (value: unknown) => ({ labels: value })],
  ['labels.title', (value: unknown) => ({ labels: { title: value } })],
  ['labels.name', (value: unknown) => ({ labels: { name: value } })],
  ['theme', (value: unknown) => ({ theme: value })],
  ['nonce', (value: unknown) => ({ nonce: value })],
])('the prop %s', (_, given) => {
  it.each(anyValues)('never removes the panel, also if it is %s', async (value) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    // The cast: an app without types.
    await show(createFakeClient(), given(value) as NotificationPreferencesProps);
    expect(document.querySelector('.belfry-page')).not.toBeNull();
    vi.restoreAllMocks();
  });
});

function describedBy(name: string): string | null | undefined {
  return document.getElementById(named(name).getAttribute('aria-describedby') ?? '')?.textContent;
}
