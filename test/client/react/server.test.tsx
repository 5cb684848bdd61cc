// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notification } from '../../../client/scenes/notification.ts';
import { byDay } from '../../../client/src/react/by-day.ts';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { NotificationBell, NotificationProvider } from '../../../client/src/react.ts';

const renderedAt = Date.parse('2026-03-01T23:58:00Z');
const hydratedAt = Date.parse('2026-03-02T00:03:00Z');

const initialData = {
  data: [
    notification(2, { created_at: '2026-03-01T23:57:00.000Z' }),
    notification(1, { created_at: '2026-02-01T10:00:00.000Z', status: 'read' as const }),
  ],
  next_cursor: null,
  user_id: notification(1).user_id,
  unread_count: 7,
  unseen_count: 3,
  scopes: {},
  version: 9,
};

function App({ nonce, isOpen }: { nonce?: string; isOpen?: boolean }) {
  return (
    <StrictMode>
      <NotificationProvider
        apiUrl="http://127.0.0.1:9"
        webSocketUrl="ws://127.0.0.1:9"
        getToken={() => new Promise<string>(() => {})}
        initialData={initialData}
        userId={initialData.user_id}
      >
        <NotificationBell nonce={nonce} defaultOpen={isOpen} />
        <NotificationInbox nonce={nonce} locale="en" groupBy={byDay} />
      </NotificationProvider>
    </StrictMode>
  );
}

/** What the server sends, once more by a browser at another time; `warnings` is what React had to say about it. */
async function hydrate(app: React.JSX.Element) {
  vi.setSystemTime(renderedAt);
  const html = renderToString(app);
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const times = () => [...container.querySelectorAll('time')].map(({ textContent }) => textContent);
  const serverTimes = times();
  vi.setSystemTime(hydratedAt);
  const warnings: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation((...words) => warnings.push(words));
  const root = await act(() =>
    hydrateRoot(container, app, { onRecoverableError: (error) => warnings.push(error) }),
  );
  return { html, container, serverTimes, times, warnings, [Symbol.dispose]: () => act(() => root.unmount()) };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.innerHTML = '';
  document.head.innerHTML = '';
});

describe('what a server renders', () => {
  it('has the count and the list of initialData', async () => {
    using page = await hydrate(<App />);
    expect(page.html).toContain('aria-label="Notifications, 7 unread, 3 new"');
    expect(page.html).toContain('class="belfry-badge" aria-hidden="true">3<');
    expect(page.html).toContain('Title 2');
    expect(page.html).toContain('Title 1');
  });

  it('is what the browser hydrates, without a warning', async () => {
    using page = await hydrate(<App />);
    expect(page.warnings).toEqual([]);
  });

  it('says the day alone, which becomes relative in the browser', async () => {
    using page = await hydrate(<App />);
    expect(page.serverTimes).toEqual(['2026-03-01', '2026-02-01']);
    expect(page.times()).toEqual(['6 min. ago', 'Feb 1, 2026']);
  });

  it('has no headings of days, which depend on the time zone of the browser', async () => {
    using page = await hydrate(<App />);
    expect(page.html).not.toContain('class="belfry-group"');
    expect(page.container.querySelectorAll('.belfry-group')).toHaveLength(2);
  });

  it('brings the look along, once for all that is on the page', async () => {
    using page = await hydrate(<App />);
    expect(page.html.match(/<style/g)).toHaveLength(1);
    expect(page.html).toContain('.belfry-popover{');
  });

  it('has styles that React 18 does not escape', async () => {
    using page = await hydrate(<App />);
    const [, css] = /<style[^>]*>(.*?)<\/style>/s.exec(page.html) ?? [];
    expect(css).toContain('.belfry-bell');
    expect(css).not.toMatch(/["'&<>]/);
  });

  it('is closed also if the bell is open at first, and opens in the browser without a warning', async () => {
    using page = await hydrate(<App isOpen />);
    expect(page.html).not.toContain('role="dialog"');
    expect(page.container.querySelector('[role=dialog]')).not.toBeNull();
    expect(page.warnings).toEqual([]);
  });

  it('carries the nonce to each style, and hydrates without a warning', async () => {
    using page = await hydrate(<App nonce="n0nce" />);
    expect(page.html).toContain('<style nonce="n0nce">');
    expect(page.warnings).toEqual([]);
  });
});
