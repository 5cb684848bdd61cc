import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import {
  NotificationBell,
  type NotificationBellProps,
  NotificationProvider,
} from '../../../client/src/react.ts';
import { type Scene, states } from './scenes.ts';

declare global {
  interface Window {
    /** Set by the test before this script runs. */
    scene: Scene;
    /** Where opened notifications led. */
    opened: string[];
    fake: ReturnType<(typeof states)['filled']>;
  }
}

const { state = 'filled', theme, nonce, isHydrated } = window.scene;
window.fake = states[state]();
window.opened = [];

const labels: NotificationBellProps['labels'] =
  document.documentElement.lang === 'ar'
    ? {
        title: 'الإشعارات',
        markAllAsRead: 'تحديد الكل كمقروء',
        views: { all: 'الكل', unread: 'غير مقروءة', archived: 'المؤرشفة' },
      }
    : {};

const app = (
  <StrictMode>
    <NotificationProvider client={window.fake.client}>
      <NotificationBell {...{ theme, nonce, labels }} onNavigate={(href) => window.opened.push(href)} />
    </NotificationProvider>
  </StrictMode>
);

const root = document.getElementById('bell');
if (!root) throw new Error('The page has no place for the bell.');
if (isHydrated) {
  root.innerHTML = renderToString(app);
  hydrateRoot(root, app);
} else createRoot(root).render(app);
