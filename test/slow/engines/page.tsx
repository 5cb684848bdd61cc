/** A page of somebody else, with the bell in its header. Its address says which user it is for, and how it is built. */
import { type ReactNode, StrictMode, useState } from 'react';
import { createPortal } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { notification } from '../../../client/scenes/notification.ts';
import {
  createNotificationClient,
  type Notification,
  type NotificationSnapshot,
} from '../../../client/src/index.ts';
import { placeOf } from '../../../client/src/react/link.ts';
import { defaultComponents } from '../../../client/src/react/notification-inbox.tsx';
import {
  type ItemProps,
  NotificationBell,
  NotificationProvider,
  usePortalContainer,
} from '../../../client/src/react.ts';

/** What the tests look at, and cannot see from outside. */
interface HostPage {
  snapshot(): NotificationSnapshot;
  /** The titles that have rung in this tab. */
  rung: string[];
  /** What the page wrote to the console as a warning or an error, exceptions, and breaches of its policy. */
  complaints: string[];
  /** The first element with this selector, whose text or label has this text, also in the bell's shadow root. */
  find(selector: string, text?: string): Element | undefined;
  /** Whether this is what a click on the middle of the element hits, or a part of it. */
  isOnTop(element: Element): boolean;
  /** Where a notification with such metadata leads. */
  hrefOf(metadata: Notification['metadata']): string | undefined;
  /** The element with the focus, also in the bell's shadow root. */
  focused(): Element | null;
}

declare global {
  interface Window {
    hostPage: HostPage;
  }
}

const complaints: string[] = [];
for (const level of ['error', 'warn'] as const) {
  const write = console[level];
  console[level] = (...parts) => {
    complaints.push(parts.map(String).join(' '));
    write(...parts);
  };
}
addEventListener('error', ({ message }) => complaints.push(message));
addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));
document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
  complaints.push(`${violatedDirective}: ${sample}`),
);

const settings = new URLSearchParams(location.search);
const setting = (name: string) => settings.get(name) ?? '';
const client = createNotificationClient({
  apiUrl: setting('api'),
  webSocketUrl: setting('socket'),
  getToken: async () => (await fetch(`/token?user=${setting('user')}`)).text(),
});

const place = document.querySelector('[data-bell]');
if (!place) throw new Error('The page has no place for the bell.');
const root = settings.has('shadow') ? place.attachShadow({ mode: 'open' }) : place;

const rung: string[] = [];
client.on('notification', ({ title }) => rung.push(title));
window.hostPage = {
  snapshot: client.getSnapshot,
  rung,
  complaints,
  find: (selector, text = '') =>
    [...root.querySelectorAll(selector), ...document.querySelectorAll(selector)].find((element) =>
      `${element.getAttribute('aria-label') ?? element.textContent}`.includes(text),
    ),
  isOnTop(element) {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(
      x + width / 2,
      y + height / 2,
    );
    return element.contains(top);
  },
  hrefOf: (metadata) => placeOf(notification(1, { metadata }), true)?.href,
  focused: () => (root instanceof ShadowRoot && root.activeElement) || document.activeElement,
};

if (settings.has('unfocusedButtons')) {
  addEventListener('mousedown', (event) => {
    const [target] = event.composedPath();
    if (!(target instanceof Element) || !target.closest('button')) return;
    event.preventDefault();
    const around = target.closest<HTMLElement>('[tabindex]:not(button)');
    if (around) around.focus();
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
}

/** An item with a menu in another place of the document, as many libraries of components make it. */
function ItemWithMenu(props: ItemProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const popover = usePortalContainer();
  return (
    <>
      <defaultComponents.Item {...props} />
      <button type="button" onClick={() => setIsOpen(!isOpen)}>
        Menu
      </button>
      {isOpen &&
        createPortal(
          <div role="menu" className={`menu in-${setting('menu')}`}>
            <button type="button" role="menuitem" onClick={() => rung.push('Muted')}>
              Mute
            </button>
          </div>,
          setting('menu') === 'popover' && popover ? popover : document.body,
        )}
    </>
  );
}

createRoot(root).render(
  <StrictMode>
    <NotificationProvider client={client}>
      <NotificationBell
        onNavigate={() => {}}
        components={settings.has('menu') ? { Item: ItemWithMenu } : {}}
      />
    </NotificationProvider>
  </StrictMode>,
);
