import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../../support/installation.ts';
import { chromiumPath, launchChromium, openContext } from '../bell/chromium.ts';
import { startPlace } from './support.ts';

describe.skipIf(!chromiumPath)('the demo page of a service with settings of its own', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it.each([
    {
      what: 'a bell for each scope, and the types',
      context: { scopes: 'attendee,speaker', types: '{"reminder":{}}' },
      apps: ['Tickets', 'speaker'],
      choices: ['Every bell', 'Tickets', 'speaker'],
      switches: 1,
    },
    {
      what: 'one bell, if there is no scope',
      context: { scopes: '', types: '{}' },
      apps: ['Your app'],
      choices: ['Every bell'],
      switches: 0,
    },
  ])('shows $what', async ({ context: settings, apps, choices, switches }) => {
    const place = await startPlace({ allowedOrigins: 'http://localhost:*', ...settings });
    try {
      await using context = await openContext(browser);
      const page = await context.newPage();
      await page.goto(`${place.demoUrl}&user=${newUser()}`);
      await page.locator('[data-state=live]').waitFor();
      expect(await page.locator('.app h3').allInnerTexts()).toEqual(apps);
      expect(await page.getByLabel('Rings in').locator('option').allInnerTexts()).toEqual(choices);
      // The greeting, which has no scope.
      await expect
        .poll(() => page.locator('.app .belfry-badge').allInnerTexts())
        .toEqual(apps.map(() => '1'));
      await expect.poll(() => page.getByRole('switch').count()).toBe(switches);
    } finally {
      await place.stop();
    }
  });
});
