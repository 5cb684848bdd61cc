// Bundled by promised.test.ts with React 18 and with React 19.

import { PassThrough } from 'node:stream';
import { act, StrictMode, useState } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToPipeableStream } from 'react-dom/server';
import { NotificationInbox } from '../../../client/src/react/notification-inbox.tsx';
import { NotificationToaster } from '../../../client/src/react/toaster.tsx';
import {
  NotificationBell,
  NotificationProvider,
  type NotificationProviderProps,
} from '../../../client/src/react.ts';

export type InitialData = Extract<NotificationProviderProps, { apiUrl: string }>['initialData'];

let asked = 0;

/** How often an app has asked for a token since the last call. */
export function tokenRequests(): number {
  const before = asked;
  asked = 0;
  return before;
}

/** An app that is inside the provider as a whole, so that all of it would wait for what the provider waits for. */
export function App({ initialData, wrong }: { initialData: InitialData; wrong?: object | undefined }) {
  const [clicks, setClicks] = useState(0);
  return (
    <StrictMode>
      <NotificationProvider
        apiUrl="http://127.0.0.1:9"
        webSocketUrl="ws://127.0.0.1:9"
        userId="0b5e55ed-0000-4000-8000-000000000001"
        getToken={() => {
          asked += 1;
          return new Promise<string>(() => {});
        }}
        initialData={initialData}
        {...wrong}
      >
        <main>
          <NotificationBell />
          <NotificationInbox />
          <NotificationToaster />
          <button type="button" onClick={() => setClicks(clicks + 1)}>
            Clicked {clicks} times
          </button>
        </main>
      </NotificationProvider>
    </StrictMode>
  );
}

/**
 * Renders on a server to a stream. `html` is what has been sent so far; `shell` resolves when the page has begun, and `end`
 * when all of it is sent.
 */
export function renderOnServer(initialData: InitialData) {
  const errors: unknown[] = [];
  const stream = new PassThrough();
  const shell = Promise.withResolvers<string>();
  let html = '';
  stream.on('data', (part) => {
    html += part;
    if (html.includes('Clicked')) shell.resolve(html);
  });
  const end = new Promise<string>((resolve) => stream.on('end', () => resolve(html)));
  const { pipe } = renderToPipeableStream(<App initialData={initialData} />, {
    onError: (error) => void errors.push(error),
    onShellReady: () => pipe(stream),
  });
  return { errors, shell: shell.promise, end };
}

/** Takes over what the server has sent, and reports what React says about it. */
export function hydrateInBrowser(container: HTMLElement, initialData: InitialData) {
  const warnings: unknown[] = [];
  const root = hydrateRoot(container, <App initialData={initialData} />, {
    onRecoverableError: (error) => warnings.push(error),
  });
  return { warnings, root };
}

/** @param wrong options of an app that is not typed */
export async function renderInBrowser(
  container: HTMLElement,
  initialData: InitialData,
  wrong?: object,
): Promise<Root> {
  const root = createRoot(container);
  await act(() => root.render(<App initialData={initialData} wrong={wrong} />));
  return root;
}

export { act };
