import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// A system of its own, with rules that no other test could bear.
const limit = 3;
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  const types = JSON.stringify({ payout: { sources: ['payments'] }, hold: { sources: [] } });
  own = await startOwnSystem({ context: { types, createsPerMinute: String(limit) } });
  belfry = own.belfry;
});

afterAll(() => own?.stop());

const payoutFor = (user: string) => command(user, { metadata: { type: 'payout' } });
const create = (scope: string, body: unknown) =>
  belfry.as(newUser(), { scope }).post<{ code: string; detail: string }>('/notifications', body);
const inboxOf = async (user: string) =>
  (await belfry.as(user).get<{ unread_count: number }>('/notifications/unread-count')).body;

describe('A restricted type', () => {
  it('needs its own scope over HTTP', async () => {
    const user = newUser();
    const { status, body } = await create('notifications:create', payoutFor(user));
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'forbidden' });
    expect(body.detail).toContain('notifications:create:payout');
    expect(await inboxOf(user)).toMatchObject({ unread_count: 0 });
    const both = await create('notifications:create notifications:create:payout', payoutFor(user));
    expect(both.status).toBe(201);
  });

  it('needs nothing more for all other types', async () => {
    const body = command(newUser(), { metadata: { type: 'booking' } });
    expect((await create('notifications:create', body)).status).toBe(201);
  });

  it('needs a source on its list over EventBridge', async () => {
    const [refused, allowed] = [newUser(), newUser()];
    await belfry.putEvent(payoutFor(refused), 'booking');
    await belfry.putEvent(payoutFor(allowed), 'payments');
    await vi.waitFor(async () => expect(await inboxOf(allowed)).toMatchObject({ unread_count: 1 }), patience);
    // Sent after the refused one, on the same way.
    await belfry.putEvent(command(refused), 'booking');
    await vi.waitFor(async () => expect(await inboxOf(refused)).toMatchObject({ unread_count: 1 }), patience);
    const { body } = await belfry
      .as(refused)
      .get<{ data: { metadata: { type?: string } }[] }>('/notifications');
    expect(body.data.map(({ metadata }) => metadata.type)).toEqual([undefined]);
  });

  it('needs nothing more by invocation and by the queue, where IAM decides', async () => {
    const user = newUser();
    expect((await belfry.invoke(payoutFor(user))).created).toMatchObject({ created: true });
    await belfry.sendMessage(JSON.stringify(payoutFor(user)));
    await vi.waitFor(async () => expect(await inboxOf(user)).toMatchObject({ unread_count: 2 }), patience);
  });
});

describe('With strictTypes', () => {
  let strict: OwnSystem;
  beforeAll(async () => {
    const types = JSON.stringify({ booking: {}, promo: {} });
    strict = await startOwnSystem({ context: { types, strictTypes: 'true' } });
  });
  afterAll(() => strict?.stop());

  const refusal = 'metadata.type must be one of booking, promo; it is "newsletter"';
  const newsletterFor = (user: string) => command(user, { metadata: { type: 'newsletter' } });

  it('an unknown type is refused by the doors that answer, with its name and the known ones', async () => {
    const user = newUser();
    const { error } = await strict.belfry.invoke(newsletterFor(user));
    expect(error).toMatchObject({ errorType: 'ValidationError', errorMessage: refusal });
    const producer = strict.belfry.as(newUser(), { scope: 'notifications:create' });
    expect(await producer.post('/notifications', newsletterFor(user))).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: refusal },
    });
  });

  it('an unknown type is refused by the bus and the queue, and makes nothing', async () => {
    const user = newUser();
    const booking = command(user, { metadata: { type: 'Booking' } });
    for (const body of [newsletterFor(user), booking]) {
      await strict.belfry.putEvent(body);
      await strict.belfry.sendMessage(JSON.stringify(body));
    }
    const inbox = async () => (await strict.belfry.as(user).get('/notifications')).body;
    const known = { metadata: { type: 'Booking' } };
    await vi.waitFor(async () => expect(await inbox()).toMatchObject({ data: [known, known] }), patience);
  });

  it('a notification without a type is created', async () => {
    expect((await strict.belfry.invoke(command(newUser()))).created).toMatchObject({ created: true });
  });
});

describe('The rate limit', () => {
  it('answers 429 with Retry-After beyond the creates of a minute, and creates nothing', async () => {
    const [sender, recipient] = [newUser(), newUser()];
    const producer = belfry.as(sender, { scope: 'notifications:create' });
    const answers = [];
    // Up to twice the limit pass where a minute ends meanwhile.
    for (let turn = 0; turn < 2 * limit + 1; turn++) {
      answers.push(await producer.post<{ code: string }>('/notifications', command(recipient)));
    }
    const created = answers.filter(({ status }) => status === 201);
    const limited = answers.filter(({ status }) => status === 429);
    expect(created.length).toBeGreaterThanOrEqual(limit);
    expect(created.length).toBeLessThanOrEqual(2 * limit);
    expect(created.length + limited.length).toBe(answers.length);
    for (const { headers, body } of limited) {
      expect(body).toMatchObject({ code: 'rate_limited', title: 'Too Many Requests', status: 429 });
      expect(headers.get('retry-after')).toEqual(expect.stringMatching(/^([1-9]|[1-5]\d|60)$/));
    }
    expect(await inboxOf(recipient)).toMatchObject({ unread_count: created.length });
    // Another subject has a share of its own.
    expect((await create('notifications:create', command(recipient))).status).toBe(201);
  });

  it('holds for HTTP alone', async () => {
    const user = newUser();
    for (let turn = 0; turn < 2 * limit + 1; turn++) {
      expect((await belfry.invoke(command(user))).created).toMatchObject({ created: true });
    }
  });
});
