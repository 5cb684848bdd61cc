import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// A system of its own, with rules that no other test could bear.
const limit = 3;
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  const restrictedTypes = JSON.stringify({ payout: ['payments'], hold: [] });
  own = await startOwnSystem({ context: { restrictedTypes, createsPerMinute: String(limit) } });
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
