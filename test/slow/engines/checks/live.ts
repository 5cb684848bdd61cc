import { expect } from 'vitest';
import { createTcpProxy } from '../../../support/tcp-proxy.ts';
import { bell, type Check, item } from '../visit.ts';

/** What arrives, and in which tab. */
export const live: Record<string, Check> = {
  async 'rings when a notification is created, with the count, and lists it'({ open, create }) {
    const page = await open();
    await page.counts(0);
    await create('Doors open');
    // First, because it goes again after five seconds.
    await page.box('[role=status]', 'New notification: Doors open');
    await page.counts(1);
    await page.openInbox();
    await page.box(item, 'Doors open');
    expect(await page.complaints()).toEqual([]);
  },

  async 'shows in another tab what was read in one'({ open, create }) {
    await create('One');
    await create('Two');
    const [tab, other] = [await open(), await open()];
    await other.counts(2);
    await tab.tab.toFront();
    await tab.openInbox();
    await tab.click(`${item} button`, 'Two');
    await tab.counts(1);
    await other.counts(1);
    await tab.click('button', 'Mark all as read');
    await other.counts(0);
  },

  async 'shares one socket between two tabs, and both ring'({ host, open, create }) {
    const sockets = () => host.system.socketApi?.connections().length;
    await expect.poll(sockets).toBe(0);
    const [tab, other] = [await open(), await open()];
    expect(sockets()).toBe(1);
    await create('To both');
    for (const page of [tab, other]) {
      await page.counts(1);
      expect(await page.rung()).toEqual(['To both']);
    }
  },

  async 'is live again when its person comes back to the page'({ engine, open, create }) {
    const page = await open();
    const look = () => page.tab.evaluate(() => [location.pathname, 'isSamePage' in window]);
    await page.tab.evaluate(() => {
      Object.assign(window, { isSamePage: true });
      location.href = '/elsewhere';
    });
    await expect.poll(look).toEqual(['/elsewhere', false]);
    await create('Meanwhile');
    await page.tab.evaluate(() => history.back());
    // Firefox has no page in its back-forward cache that has a socket or a lock when its person leaves.
    await expect.poll(look).toEqual(['/', engine !== 'Firefox']);
    await page.counts(1);
    await page.isLive();
    await create('After');
    await page.counts(2);
  },

  async 'is live again after the service was down, with what it missed'({ host, open, create }) {
    const { HttpApiUrl, WebSocketUrl } = host.belfry.outputs;
    await using api = await createTcpProxy(HttpApiUrl);
    await using socket = await createTcpProxy(WebSocketUrl);
    const page = await open({ api: api.url.replace(/\/$/, ''), socket: socket.url });
    await Promise.all([api.breakOff(), socket.breakOff()]);
    const status = () => page.tab.evaluate(() => window.hostPage.snapshot().status);
    await expect.poll(status).not.toBe('live');
    await create('Missed');
    api.restore();
    socket.restore();
    await expect.poll(status).toBe('live');
    await page.counts(1);
  },

  async 'opens a notification by keyboard, and marks it as read'({ open, create }) {
    await create('One', { route: '/events/1' });
    const page = await open();
    await page.counts(1);
    await page.tab.evaluate((bell) => (window.hostPage.find(bell) as HTMLElement).focus(), bell);
    await page.tab.press('Enter');
    await page.isOpen();
    await page.tab.press('ArrowDown', 'Enter');
    await page.counts(0);
    await page.isOpen(false);
  },
};
