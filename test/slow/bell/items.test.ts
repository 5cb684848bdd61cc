import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScene } from '../../../bin/scenes.ts';
import { chromiumPath, launchChromium, openScene } from './chromium.ts';

describe.skipIf(!chromiumPath)('items in Chromium', () => {
  let browser: Browser;
  let script: string;
  /** The inbox of the scene with icons and long texts. */
  const openMixed = async ({ width = 560, lang }: { width?: number; lang?: 'ar' } = {}) => {
    const scene = await openScene(browser, script, {
      state: 'mixed',
      ...(lang && { lang }),
      viewport: { width, height: 700 },
    });
    await scene.page.locator('[aria-haspopup=dialog]').click();
    const item = (text: string) => scene.page.getByRole('listitem').filter({ hasText: text });
    return { ...scene, item };
  };
  const heightOf = async (element: Locator) => (await element.boundingBox())?.height ?? 0;

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleScene('bell.tsx')]);
  });
  afterAll(() => browser?.close());

  it('show four lines of a body, and open the rest by a button beside the link', async () => {
    await using scene = await openMixed();
    const item = scene.item('Mira Okafor');
    expect(await heightOf(item.locator('.belfry-body'))).toBe(80);
    const more = item.getByRole('button', { name: 'Show more' });
    expect(await more.getAttribute('aria-expanded')).toBe('false');
    expect(await more.evaluate((element) => element.parentElement?.closest('a,button'))).toBeNull();
    await more.click();
    expect(await heightOf(item.locator('.belfry-body'))).toBe(160 + 10);
    const less = item.getByRole('button', { name: 'Show less' });
    expect(await less.getAttribute('aria-expanded')).toBe('true');
    await less.click();
    expect(await heightOf(item.locator('.belfry-body'))).toBe(80);
    expect(await scene.page.evaluate(() => window.fake.calls)).toEqual([]);
  });

  it('open a long title also if there is no body', async () => {
    await using scene = await openMixed();
    await scene.page.evaluate(() => {
      const [first] = window.fake.client.getSnapshot().notifications;
      if (first) window.fake.arrive({ ...first, id: 2_000, title: 'Long '.repeat(40), body: '' });
    });
    const item = scene.item('Long');
    expect(await heightOf(item.locator('.belfry-name'))).toBe(40);
    await item.getByRole('button', { name: 'Show more' }).click();
    expect(await heightOf(item.locator('.belfry-name'))).toBeGreaterThan(60);
    await item.getByRole('button', { name: 'Show less' }).click();
    expect(await heightOf(item.locator('.belfry-name'))).toBe(40);
  });

  it('have the button only if something is cut off, also after the width has changed', async () => {
    await using scene = await openMixed();
    const more = scene.item('Booking confirmed').getByText('Show more');
    expect(await more.count()).toBe(0);
    await scene.page.addStyleTag({ content: '.belfry-popover { width: 220px !important }' });
    await expect.poll(() => more.count()).toBe(1);
  });

  it('are no towers, whatever their texts are', async () => {
    await using scene = await openMixed({ width: 320 });
    const { page } = scene;
    const heights = await page
      .locator('.belfry-item')
      .evaluateAll((items) => items.map(({ clientHeight }) => clientHeight));
    expect(Math.max(...heights)).toBeLessThan(200);
    await page
      .locator('.belfry-expand')
      .evaluateAll((all) =>
        all.map((more) => more.dispatchEvent(new MouseEvent('click', { bubbles: true }))),
      );
    await expect.poll(() => page.getByText('Show more').count()).toBe(0);
    const bodies = await page
      .locator('.belfry-body')
      .evaluateAll((all) => all.map((body) => body.clientHeight));
    expect(Math.max(...bodies)).toBeLessThanOrEqual(320);
    // Marks above and below a letter are painted outside of its line, unless the line is clipped.
    const clips = await page
      .locator('.belfry-name,.belfry-body')
      .evaluateAll((all) => all.map((text) => getComputedStyle(text).overflowY));
    expect(clips.filter((overflow) => overflow === 'visible')).toEqual([]);
  });

  it('leave the filters their height when the list is longer than the window', async () => {
    await using scene = await openMixed();
    const [bar, filter] = await Promise.all([
      heightOf(scene.page.locator('.belfry-filters')),
      heightOf(scene.page.locator('.belfry-filter').first()),
    ]);
    expect(bar).toBeGreaterThan(filter);
  });

  /** At which edge of its box a text stands that is shorter than the box. */
  const edgeOf = (text: Locator) =>
    text.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const [box, inside] = [element.getBoundingClientRect(), range.getBoundingClientRect()];
      return box.right - inside.right < inside.left - box.left ? 'right' : 'left';
    });

  it('lay out each text by its own direction, and the time by that of the page', async () => {
    await using scene = await openMixed();
    const hebrew = scene.item('שער הכניסה');
    expect(await edgeOf(hebrew.locator('.belfry-name'))).toBe('right');
    expect(await edgeOf(hebrew.locator('.belfry-body'))).toBe('right');
    const [name, time] = await Promise.all(
      ['.belfry-name', '.belfry-time'].map((part) => hebrew.locator(part).boundingBox()),
    );
    expect(name?.x).toBeLessThan(time?.x ?? 0);
    const arabic = scene.item('وصلت فاتورتك');
    expect(await edgeOf(arabic.locator('.belfry-name'))).toBe('right');
    expect(await edgeOf(arabic.locator('.belfry-body'))).toBe('left');
  });

  it.each([
    ['left', undefined],
    ['right', 'ar'],
  ] as const)('lay out a text without letters as the page: on its %s', async (edge, lang) => {
    await using scene = await openMixed(lang ? { lang } : {});
    await scene.page.evaluate(() => {
      const [first] = window.fake.client.getSnapshot().notifications;
      if (first) window.fake.arrive({ ...first, id: 2_000, title: '7 + 7 = 14', body: '(2026)' });
    });
    const item = scene.item('7 + 7 = 14');
    expect(await edgeOf(item.locator('.belfry-name'))).toBe(edge);
    expect(await edgeOf(item.locator('.belfry-body'))).toBe(edge);
  });

  it('keep the bidirectional controls of a text to the text', async () => {
    await using scene = await openMixed();
    const others = await scene.page.locator('.belfry-inbox').evaluate((inbox) => {
      const texts = document.createTreeWalker(inbox, NodeFilter.SHOW_TEXT);
      const found: { text: string; places: number[] }[] = [];
      while (texts.nextNode()) {
        const node = texts.currentNode;
        if (node.parentElement?.closest('.belfry-name,.belfry-body,.belfry-hidden')) continue;
        const text = node.nodeValue ?? '';
        const places = Array.from(text, (_, index) => {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          return range.getBoundingClientRect().left;
        });
        found.push({ text, places });
      }
      return found;
    });
    expect(others.length).toBeGreaterThan(10);
    for (const { text, places } of others) {
      expect(places, text).toEqual(places.toSorted((one, other) => one - other));
    }
  });

  it('take no more room than their title if there is no body', async () => {
    await using scene = await openMixed();
    const item = scene.item('A title is enough');
    expect(await item.locator('.belfry-body').count()).toBe(0);
    expect(await heightOf(item)).toBe(40);
  });
});
