import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FeedPage } from '../../../functions/core/answers.ts';
import { takeMessage } from '../../support/dead-letter-queue.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// Doors that do not answer keep no order, and try again: a system of its own, whose time the tests move.
let own: OwnSystem;
let belfry: Installation;
const reported: string[] = [];

beforeAll(async () => {
  own = await startOwnSystem({ report: ({ message }) => void reported.push(message) });
  ({ belfry } = own);
});

afterAll(() => own?.stop());

const doors: [string, (command: object) => Promise<unknown>][] = [
  ['a message', (sent) => belfry.sendMessage(JSON.stringify(sent))],
  ['an event', (sent) => belfry.putEvent(sent)],
  ['an asynchronous invocation', (sent) => belfry.invokeLater(sent)],
];

/** How often a command that names this key was refused. */
const refusals = (key: string) =>
  reported.filter((line) => line.includes('create_refused') && line.includes(key)).length;

const refused = (key: string) => vi.waitFor(() => expect(refusals(key)).toBeGreaterThan(0), patience);

async function titlesOf(user: string): Promise<string[]> {
  const { body } = await belfry.as(user).get<FeedPage>('/notifications');
  return body.data.map(({ title }) => title);
}

describe.each(doors)('by %s', (_, send) => {
  it('an update that has overtaken its create is done when it is tried again', async () => {
    const [user, key] = [newUser(), `overtaken-${newUser()}`];
    await send({ action: 'update', user_id: user, idempotency_key: key, title: 'Row G' });
    await refused(key);
    await send(command(user, { idempotency_key: key, title: 'Row F' }));
    await vi.waitFor(async () => expect(await titlesOf(user)).toEqual(['Row F']), patience);
    const updated = vi.waitFor(async () => expect(await titlesOf(user)).toEqual(['Row G']), patience);
    await own.later(10_000, updated);
    const { body } = await belfry.as(user).get('/notifications/unread-count');
    expect(body).toMatchObject({ version: 2, unread_count: 1 });
  });

  it('a retract that has overtaken its create takes it back when it is tried again', async () => {
    const [user, key] = [newUser(), `overtaken-${newUser()}`];
    await send({ action: 'retract', user_id: user, idempotency_key: key });
    await refused(key);
    await send(command(user, { idempotency_key: key, title: 'Row F' }));
    await vi.waitFor(async () => expect(await titlesOf(user)).toEqual(['Row F']), patience);
    await own.later(
      10_000,
      vi.waitFor(async () => expect(await titlesOf(user)).toEqual([]), patience),
    );
  });

  it('an update whose create never comes is tried several times, and ends as a dead letter', async () => {
    const key = `missing-${newUser()}`;
    const update = { action: 'update', user_id: newUser(), idempotency_key: key, title: 'Row G' };
    await send(update);
    const { awsEndpointUrl: endpoint } = own.system;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
    const letter = await own.later(30_000, takeMessage(sqs, belfry.outputs.CreateDeadLettersUrl));
    // Whatever its door puts around it.
    expect(JSON.stringify(letter).replaceAll('\\', '')).toContain(JSON.stringify(update).slice(1, -1));
    expect(refusals(key)).toBeGreaterThan(2);
  });
});
