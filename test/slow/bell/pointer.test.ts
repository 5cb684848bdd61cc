import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { type HostBrowser, type HostPage, openHost as openIn, startHostBrowser } from './host-page.ts';

describe.skipIf(!chromiumPath)('what is under the pointer in the bell, in Chromium', () => {
  let chromium: HostBrowser;
  beforeAll(async () => {
    chromium = await startHostBrowser();
  });
  afterAll(() => chromium?.browser.close());

  const openHost = (page: HostPage) => openIn(chromium, page);

  async function hover(page: HostPage, nth: number) {
    const host = await openHost(page);
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    const item = host.page.getByRole('listitem').nth(nth);
    await item.hover();
    const id = await item.locator('.belfry-name').textContent();
    const { x, y } = (await item.boundingBox()) ?? { x: 0, y: 0 };
    const under = () =>
      host.page.evaluate(
        ([x, y]) =>
          document.elementFromPoint(x, y)?.closest('li')?.querySelector('.belfry-name')?.textContent,
        [x + 30, y + 20] as const,
      );
    expect(await under()).toBe(id);
    return { ...host, id, under };
  }
  const arrive = (id: number) =>
    window.fake.arrive({ ...window.fake.client.getSnapshot().notifications[0], id } as never);

  it.each([
    ['a short list', 'filled', 1, 0],
    ['a long list at its top', 'many', 1, 0],
    ['a list that was scrolled', 'many', 10, 300],
  ] as const)('stays when others come and go in %s', async (_, state, nth, scrollTop) => {
    await using host = await hover({ state }, nth);
    if (scrollTop)
      expect(await host.page.locator('.belfry-scroll').evaluate((list) => list.scrollTop)).toBeGreaterThan(0);
    const count = () => host.page.getByRole('listitem').count();
    const before = await count();
    await host.page.evaluate(arrive, 2_000);
    await host.page.evaluate(arrive, 2_001);
    expect(await count()).toBe(before + 2);
    expect(await host.under()).toBe(host.id);
    await host.page.evaluate(() => window.fake.lose(2_001));
    await host.page.evaluate(() => window.fake.lose(2_000));
    expect(await host.under()).toBe(host.id);
    await host.page.evaluate(() => window.fake.render({ status: 'offline' }));
    expect(await host.under()).toBe(host.id);
  });

  it.each([
    ['“Undo”', 'read', '.belfry-undo button', 'bottom-end'],
    ['“Try again”', 'unreachable', '.belfry-notice button', 'bottom-end'],
    ['“Show older”', 'filled', '.belfry-more', 'bottom-end'],
    ['“Show older” of an inbox above the bell', 'filled', '.belfry-more', 'top-end'],
  ] as const)('stays when it is %s', async (_, state, selector, placement) => {
    const css = placement === 'top-end' ? '#bell{position:fixed;inset:auto 20px 20px auto}' : '';
    await using host = await openHost({ state, props: { placement }, css });
    const { page } = host;
    await page.setViewportSize({ width: 800, height: 800 });
    await page.evaluate(() => Object.assign(window, { IntersectionObserver: undefined }));
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    const count = () => page.getByRole('listitem').count();
    while ((await count()) > 2) {
      await page.evaluate(() =>
        window.fake.lose(window.fake.client.getSnapshot().notifications.at(-1)?.id ?? 0),
      );
    }
    if (selector === '.belfry-more') await page.evaluate(() => window.fake.render({ hasMore: true }));
    if (state === 'read') await page.getByRole('button', { name: 'Archive', exact: true }).last().click();
    await page.locator(selector).hover();
    const before = await page.locator(selector).boundingBox();
    await page.evaluate(arrive, 2_000);
    await page.evaluate(arrive, 2_001);
    expect(await count()).toBeGreaterThan(2);
    expect(await page.locator(selector).boundingBox()).toEqual(before);
    await page.mouse.move(5, 690);
    await page.evaluate(arrive, 2_002);
    expect((await page.locator('.belfry-scroll').getAttribute('style')) ?? '').toBe('');
  });

  it('stays while a finger is on it', async () => {
    await using host = await openHost({ state: 'many' });
    const { page } = host;
    const finger = await page.context().newCDPSession(page);
    await finger.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    await page.mouse.move(5, 690);
    const item = page.getByRole('listitem').nth(1);
    const before = await item.boundingBox();
    if (!before) throw new Error('The item has no place.');
    const text = await item.textContent();
    const point = { x: before.x + 60, y: before.y + 20 };
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await page.evaluate(arrive, 2_000);
    expect(await page.getByRole('listitem').nth(2).textContent()).toBe(text);
    expect(await page.getByRole('listitem').nth(2).boundingBox()).toEqual(before);
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  });

  it('gives way to what is new when the pointer leaves', async () => {
    await using host = await hover({ state: 'many' }, 1);
    await host.page.evaluate(arrive, 2_000);
    await host.page.mouse.move(5, 690);
    expect(
      await host.page
        .locator('.belfry-scroll')
        .evaluate((list) => [list.scrollTop, list.getAttribute('style')]),
    ).toEqual([0, '']);
  });

  it('does not move in a list that was scrolled, also if the pointer is elsewhere', async () => {
    await using host = await openHost({ state: 'many' });
    await host.press('.belfry-bell');
    await expect.poll(host.isOpen).toBe(true);
    await host.page.mouse.move(5, 690);
    await host.page.locator('.belfry-scroll').evaluate((list) => {
      list.scrollTop = 200;
    });
    const item = host.page.getByRole('listitem').filter({ hasText: 'Title 892' });
    const before = await item.boundingBox();
    await host.page.evaluate(arrive, 2_000);
    await expect.poll(() => host.page.getByRole('listitem').count()).toBeGreaterThan(20);
    // Browsers scroll by whole pixels of the screen.
    expect((await item.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
  });
});
