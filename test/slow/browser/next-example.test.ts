import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { decodeJwt } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { installExample, startExample } from '../../../local/command-line/example.ts';
import { runInProject } from '../../../local/command-line/project.ts';
import { closeServer, listen } from '../../../local/http-server.ts';
import { listeningPorts } from '../../support/listening-ports.ts';
import { chromiumPath, launchChromium, openContext, settle } from '../bell/chromium.ts';
import { bell, type Place, startPlace } from './support.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The people of the example. */
const ada = '0b5e55ed-0000-4000-8000-000000000001';
const omar = '0b5e55ed-0000-4000-8000-000000000002';
const ines = '0b5e55ed-0000-4000-8000-000000000003';

let place: Place;
let example: Awaited<ReturnType<typeof startExample>>;

beforeAll(async () => {
  place = await startPlace();
  await installExample();
  await runInProject('npm run build --prefix examples/nextjs', { NEXT_TELEMETRY_DISABLED: '1' });
  example = await startExample(place.belfry.outputs, 'start');
  // The first paint waits two seconds for the inbox, in which a busy machine may not have started the functions and loaded
  // the modules of the page.
  await place.belfry.as(ada).get('/notifications');
  await (await ask('/attendee/news', ada)).text();
});

afterAll(async () => {
  await example?.stop();
  await place?.stop();
});

const create = (user: string, title: string, route: string) =>
  place.belfry.invoke({ user_id: user, title, body: 'Row F, seat 12.', metadata: { route } });
/** The origin of an example, and the cookie of a browser that was opened with its key. */
function openedWithKey({ url }: { url: string }) {
  const { origin, searchParams } = new URL(url);
  return { origin, cookie: `key=${searchParams.get('key')}` };
}

function ask(path: string, user: string, init: RequestInit = {}) {
  const { origin, cookie } = openedWithKey(example);
  const headers = { cookie: `${cookie}; session=${user}` };
  return fetch(`${origin}${path}`, { ...init, headers, redirect: 'manual' });
}

describe('the server of the Next.js example', () => {
  /** What a browser shows of a page without its scripts, though not in this order: what comes late is moved by them. */
  const markupOf = async (path: string, user: string) => {
    const html = await (await ask(path, user)).text();
    return html.replaceAll(/<script\b.*?<\/script>/gs, '');
  };

  it('sends the count and the list in the same response as the page', async () => {
    await create(ada, 'The first paint', '/attendee/bookings/981');
    const markup = await markupOf('/attendee/news', ada);
    expect(markup).toContain('Notifications, 1 unread, 1 new');
    expect(markup).toContain('The first paint');
    expect(markup).toContain('href="/attendee/bookings/981"');
  });

  it('sends the page before the inbox has answered', async () => {
    await using slow = await startBusyService();
    const other = await startExample({ ...place.belfry.outputs, HttpApiUrl: slow.url }, 'start');
    onTestFinished(() => other.stop());
    const { origin, cookie } = openedWithKey(other);
    const askForPage = () =>
      fetch(`${origin}/attendee`, { headers: { cookie: `${cookie}; session=${ada}` } });
    // The first request loads the modules of the page, which may take longer than the page waits for the inbox.
    await (await askForPage()).text();
    const before = slow.abandoned();
    const { body } = await askForPage();
    let html = '';
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      html += part;
      if (html.includes('<h1>Your evenings')) break;
    }
    expect(html).toContain('aria-label="Notifications"');
    expect(slow.abandoned()).toBe(before);
  });

  it('is for a browser that was opened with its key, and for no other program of this machine', async () => {
    const { origin } = new URL(example.url);
    for (const cookie of ['', `session=${ada}`, `key=x; session=${ada}`]) {
      for (const [path, method] of [
        ['/', 'GET'],
        ['/attendee', 'GET'],
        ['/attendee/token', 'POST'],
        ['/?key=x', 'GET'],
      ]) {
        const response = await fetch(`${origin}${path}`, { method: method ?? '', headers: { cookie } });
        expect({ cookie, path, status: response.status }).toEqual({ cookie, path, status: 401 });
      }
    }
    const opened = await fetch(example.url, { redirect: 'manual' });
    expect(new URL(opened.headers.get('location') ?? '', example.url).href).toBe(`${origin}/`);
    expect(opened.headers.get('set-cookie')).toEqual(expect.stringMatching(/HttpOnly.*SameSite=lax/i));
  });

  it.runIf(process.platform === 'linux')('listens on this machine alone', () => {
    const { onThisMachine, elsewhere } = listeningPorts(process.pid);
    expect(elsewhere).toEqual([]);
    expect(onThisMachine).toContain(Number(new URL(example.url).port));
  });

  it('lets nobody in who is signed in elsewhere', async () => {
    const markup = await markupOf('/organizer', ada);
    expect(markup).toMatch(/http-equiv="refresh" content="\d;url=\/"/);
    expect(markup).not.toContain('On sale');
    expect(markup).not.toContain('Notifications');
  });

  it('mints a token for five minutes for who is signed in, and for nobody else', async () => {
    const token = await (await ask('/attendee/token', ada, { method: 'POST' })).text();
    const { sub, scope, iat = 0, exp = 0 } = decodeJwt(token);
    expect({ sub, scope, lifetime: exp - iat }).toEqual({ sub: ada, scope: undefined, lifetime: 300 });
    for (const path of ['/organizer/token', '/nowhere/token']) {
      expect((await ask(path, ada, { method: 'POST' })).status, path).toBe(401);
    }
  });
});

describe.skipIf(!chromiumPath)('the Next.js example in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it('hydrates without a complaint, hears what another frontend sends, and follows its link without leaving', async () => {
    await using context = await openContext(browser);
    const complaints: string[] = [];
    context.on('console', (message) => complaints.push(message.text()));
    context.on('weberror', (error) => complaints.push(error.error().message));
    await create(omar, 'Sold out', '/organizer/events/44');

    const organizer = await signIn(await context.newPage(), 'Omar', 'organizer');
    await bell(organizer, 1).waitFor();
    const attendee = await signIn(await context.newPage(), 'Omar', 'attendee');
    await bell(attendee, 1).waitFor();
    await attendee.getByRole('button', { name: 'Book two seats for The Night Train' }).click();
    await bell(attendee, 2).waitFor();

    await bell(organizer, 2).click();
    await organizer.evaluate(() => Object.assign(window, { isSamePage: true }));
    await organizer.getByRole('dialog').getByRole('link', { name: '€84 are on their way' }).click();
    await organizer.getByRole('heading', { name: 'The Night Train' }).waitFor();
    await bell(organizer, 1).waitFor();
    expect(await organizer.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('has one person in three frontends, each with its own count in the bell and in the title', async () => {
    await using context = await openContext(browser);
    // Nothing that other tests have sent is new.
    await place.belfry.as(ines).post('/notifications/read-all', {});
    const frontends = ['attendee', 'organizer', 'admin'];
    const pages = await Promise.all(
      frontends.map(async (frontend) => signIn(await context.newPage(), 'Ines', frontend)),
    );
    const titles = () => Promise.all(pages.map((page) => page.title()));
    const create = (title: string, scope?: string) => place.belfry.invoke({ user_id: ines, title, scope });
    await create('For the organizer', 'organizer');
    await create('For all');
    await expect.poll(titles).toEqual(['(1) Nightjar', '(2) Nightjar', '(1) Nightjar']);
    const [attendee] = pages;
    await attendee?.getByRole('button', { name: /^Notifications/ }).click();
    await expect.poll(titles).toEqual(['Nightjar', '(1) Nightjar', 'Nightjar']);
  });

  it('lets a person switch offers off, and tells the next page of it', async () => {
    await using context = await openContext(browser);
    const page = await signIn(await context.newPage(), 'Ines', 'attendee');
    await page.getByRole('link', { name: 'Settings' }).click();
    const offers = page.getByRole('switch', { name: 'Offers' });
    await offers.click();
    await page.locator('[role=switch][aria-checked=false]').waitFor();
    await expect
      .poll(() => place.belfry.as(ines).get('/preferences'))
      .toMatchObject({ body: { types: { promo: { enabled: false } } } });
    await page.reload();
    await page.locator('[role=switch][aria-checked=false]').waitFor();
    await page.screenshot({ path: 'test-results/nextjs-settings.png' });
    expect(await audit(page)).toEqual([]);
  });

  it('keeps what was typed when it could not be sent, and then sends it', async () => {
    await using context = await openContext(browser);
    const page = await signIn(await context.newPage(), 'Ines', 'admin');
    const form = await fillIn(page, 'x'.repeat(300));
    await form.getByText('title must have 1 to 255 characters').waitFor();
    expect(await typedIn(page)).toEqual({
      to: omar,
      scope: 'organizer',
      title: 'x'.repeat(300),
      body: 'Typed by hand',
    });
    await page.getByLabel('Title').fill('Short enough');
    await page.getByRole('button', { name: 'Send' }).click();
    await form.getByText('Omar has it.').waitFor();
  });

  it('says so where other words were sent before, and sends these when asked again', async () => {
    await using context = await openContext(browser);
    const page = await signIn(await context.newPage(), 'Ines', 'admin');
    const idempotency_key = await page.locator('input[name=key]').inputValue();
    await place.belfry.invoke({ user_id: omar, title: 'Other words', body: 'Body', idempotency_key });
    const form = await fillIn(page, 'These words');
    await form.getByText('It was sent before you changed it.').waitFor();
    expect(await typedIn(page)).toEqual({
      to: omar,
      scope: 'organizer',
      title: 'These words',
      body: 'Typed by hand',
    });
    await page.getByRole('button', { name: 'Send' }).click();
    await form.getByText('Omar has it.').waitFor();
  });

  it('groups, changes, takes back and calls off what the admin has sent', async () => {
    await using context = await openContext(browser);
    const page = await signIn(await context.newPage(), 'Ines', 'admin');
    const titles = async () => {
      const { body } = await place.belfry.as(omar).get('/notifications');
      return (body as { data: { title: string }[] }).data.map(({ title }) => title);
    };
    const form = await fillIn(page, 'Stays for now');
    await form.getByText('Omar has it.').waitFor();
    await page.getByLabel('Title').fill('Stays, and is changed');
    await page.getByRole('button', { name: 'Change it to this' }).click();
    await form.getByText('Changed.').waitFor();
    expect(await titles()).toContain('Stays, and is changed');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await form.getByText('Taken back.').waitFor();
    expect(await titles()).not.toContain('Stays, and is changed');

    for (const title of ['The first of two', 'The second of two']) {
      await page.getByLabel('When').selectOption({ label: 'Now, as one with those that are unread' });
      const key = await page.locator('input[name=key]').inputValue();
      await fillIn(page, title);
      // The form gets the next key when it is reset, which would take away what is filled in before.
      await page.locator(`input[name=key]:not([value="${key}"])`).waitFor({ state: 'attached' });
      expect(await titles()).toContain(title);
    }
    expect(await titles()).not.toContain('The first of two');

    await page.getByLabel('When').selectOption({ label: 'In a minute' });
    await fillIn(page, 'Never comes');
    await form.getByText('Omar gets it in a minute.').waitFor();
    await page.getByRole('button', { name: 'Call it off' }).click();
    await form.getByText('Called off.').waitFor();
  });

  it('paints without a service that does not answer, and keeps what that is too busy to take', async () => {
    await using busy = await startBusyService();
    const other = await startExample({ ...place.belfry.outputs, HttpApiUrl: busy.url }, 'start');
    onTestFinished(() => other.stop());
    await using context = await openContext(browser);
    const page = await signIn(await context.newPage(), 'Ines', 'admin', other.url);
    const form = await fillIn(page, 'Too many');
    await form.getByText('try again in 30 s').waitFor();
    expect(await typedIn(page)).toEqual({
      to: omar,
      scope: 'organizer',
      title: 'Too many',
      body: 'Typed by hand',
    });
  });

  it.each([
    ['light', 'attendee', {}],
    ['dark', 'organizer', { colorScheme: 'dark' }],
    ['320px', 'admin', { viewport: { width: 320, height: 640 } }],
  ] as const)('has nothing that axe finds, and is saved for looking at: %s', async (name, frontend, look) => {
    await using context = await openContext(browser, { reducedMotion: 'reduce', ...look });
    const page = await signIn(await context.newPage(), 'Ines', frontend);
    const dialogs = page.getByRole('dialog');
    // A click before the page has come to life is lost.
    await expect
      .poll(async () => {
        if (!(await dialogs.count())) await page.getByRole('button', { name: /^Notifications/ }).click();
        return dialogs.count();
      })
      .toBe(1);
    await settle(page);
    await page.screenshot({ path: `test-results/nextjs-${name}.png` });
    expect(await audit(page)).toEqual([]);
  });

  async function signIn(page: Page, person: string, frontend: string, url = example.url): Promise<Page> {
    await page.goto(url);
    await page.getByRole('button', { name: `${person}, ${frontend}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }
});

/** What axe finds on a page. */
async function audit(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Fills in the admin's form for Omar, and sends it. */
async function fillIn(page: Page, title: string) {
  await page.getByRole('combobox', { name: /^To/ }).selectOption('Omar');
  await page.getByLabel('Rings in').selectOption('Box office');
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Body').fill('Typed by hand');
  await page.getByRole('button', { name: 'Send' }).click();
  return page.locator('form.fields');
}

async function typedIn(page: Page) {
  const [to, scope, title, body] = await Promise.all([
    page.getByRole('combobox', { name: /^To/ }).inputValue(),
    page.getByLabel('Rings in').inputValue(),
    page.getByLabel('Title').inputValue(),
    page.getByLabel('Body').inputValue(),
  ]);
  return { to, scope, title, body };
}

/** An HTTP API that takes no notification for now, and does not answer any other question. */
async function startBusyService() {
  let abandoned = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST') response.writeHead(429, { 'retry-after': '30' }).end('{}');
    else
      response.on('close', () => {
        abandoned += 1;
      });
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    /** How many questions somebody no longer waits for. */
    abandoned: () => abandoned,
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}
