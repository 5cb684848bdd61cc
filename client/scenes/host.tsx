import { StrictMode, useState } from 'react';
import { createPortal } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { defaultComponents, NotificationInbox } from '../src/react/notification-inbox.tsx';
import {
  type ItemProps,
  NotificationBell,
  type NotificationBellProps,
  NotificationProvider,
  usePortalContainer,
} from '../src/react.ts';
import { type SceneState, states } from './states.ts';

/** A page of an app around the bell. */
export interface Host {
  /** Default: `page`. */
  place?: 'page' | 'open' | 'closed' | 'nested' | 'portal' | 'frame' | undefined;
  state?: SceneState | undefined;
  /** Whether the inbox is a part of the page, without a bell. */
  isPage?: boolean | undefined;
  /** Where the menus of the items are put. Default: there are none. */
  menus?: 'body' | 'popover' | undefined;
  /** The class of the element around the bell. */
  around?: string | undefined;
  /** Whether an element with a tab index of -1 is around the bell. */
  isFocusable?: boolean | undefined;
  props?: NotificationBellProps | undefined;
}

/** Makes the element or the shadow root that the bell is in. */
const places: Record<NonNullable<Host['place']>, (page: HTMLElement) => DocumentFragment | HTMLElement> = {
  page: (page) => page,
  open: (page) => page.attachShadow({ mode: 'open' }),
  closed: (page) => page.attachShadow({ mode: 'closed' }),
  nested: (page) => {
    const inner = document.createElement('div');
    page.attachShadow({ mode: 'open' }).append(inner, document.createElement('input'));
    return inner.attachShadow({ mode: 'open' });
  },
  portal: (page) => page.attachShadow({ mode: 'open' }),
  frame: (page) => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'width:520px;height:600px;border:0';
    page.append(frame);
    const body = frame.contentDocument?.body;
    if (!body) throw new Error('The frame has no document.');
    body.append(Object.assign(document.createElement('main'), { textContent: 'In the frame' }));
    return body.appendChild(document.createElement('div'));
  },
};

let menus: Host['menus'];
const chosen: string[] = [];

function ItemWithMenu(props: ItemProps) {
  const [isOpen, setIsOpen] = useState(false);
  const popover = usePortalContainer();
  const container = menus === 'popover' ? popover : document.body;
  return (
    <>
      <defaultComponents.Item {...props} />
      <button type="button" className="menu-button" onClick={() => setIsOpen(!isOpen)}>
        More
      </button>
      {isOpen &&
        container &&
        createPortal(
          <div className="menu" role="menu" style={{ position: 'fixed', top: 300, insetInlineStart: 8 }}>
            <button type="button" role="menuitem" onClick={() => chosen.push(props.notification.title)}>
              Mute
            </button>
          </div>,
          container,
        )}
    </>
  );
}

window.mountHost = ({ place = 'page', state = 'filled', ...host }: Host) => {
  menus = host.menus;
  window.fake = states[state]();
  window.chosen = chosen;
  const page = document.getElementById('bell');
  if (!page) throw new Error('The page has no place for the bell.');
  const root = places[place](page);
  const components = menus && { components: { Item: ItemWithMenu } };
  const bell = host.isPage ? <NotificationInbox /> : <NotificationBell {...components} {...host.props} />;
  const app = <div className={host.around}>{bell}</div>;
  const focusable = host.isFocusable ? <div tabIndex={-1}>{app}</div> : app;
  const container = place === 'portal' ? document.createElement('div') : root;
  createRoot(container).render(
    <StrictMode>
      <NotificationProvider client={window.fake.client}>
        {place === 'portal' ? createPortal(focusable, root) : focusable}
      </NotificationProvider>
    </StrictMode>,
  );
  const documentOrShadow = root.getRootNode() as Document | ShadowRoot;
  const find = (selector: string) => documentOrShadow.querySelector<HTMLElement>(selector);
  window.host = {
    find: (selector) => !!find(selector),
    box(selector) {
      const element = find(selector);
      const { x, y, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
      const { left = 0, top = 0 } =
        element?.ownerDocument.defaultView?.frameElement?.getBoundingClientRect() ?? {};
      return { x: x + left, y: y + top, width, height };
    },
    style: (selector, property) => {
      const element = find(selector);
      return element ? getComputedStyle(element).getPropertyValue(property) : '';
    },
    focused: () =>
      documentOrShadow.activeElement?.getAttribute('aria-label') ?? documentOrShadow.activeElement?.tagName,
  };
};

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

declare global {
  interface Window {
    mountHost(host: Host): void;
    /** The titles of the notifications whose menu was used. */
    chosen: string[];
    /** Finds elements of the bell, also in a closed shadow root and in a frame. */
    host: {
      find(selector: string): boolean;
      /** In the pixels of the outermost window. */
      box(selector: string): Box;
      style(selector: string, property: string): string;
      focused(): string | undefined;
    };
  }
}
