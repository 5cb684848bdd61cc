import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './belfry.d.ts';

// Does with the generated client what an app and its backend do. Compiling it is half of the test.

type Schemas = components['schemas'];

const { API_URL: baseUrl = '', TOKEN: token = '', USER_ID: user_id = '' } = process.env;
const belfry = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

/** What a client must get, or the answer that it got instead. */
function expectData<Data>(answer: { data?: Data; error?: unknown; response: Response }): NonNullable<Data> {
  assert(answer.data, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

type Create = Schemas['CreateForOne'] | Schemas['CreateForMany'];

async function create(body: Create): Promise<Schemas['Created']> {
  const answer = expectData(await belfry.POST('/notifications', { body }));
  assert('suppressed' in answer);
  return answer;
}

const ids: number[] = [];
for (const title of ['One', 'Two', 'Three']) {
  const created = await create({ user_id, title, body: null, metadata: { type: 'booking', seat: 12 } });
  assert('notification' in created && created.created && created.notification);
  ids.unshift(created.notification.id);
}
const several = await create({ user_ids: [user_id], title: 'Four', idempotency_key: 'four' });
assert('notifications' in several);
ids.unshift(...several.notifications.map(({ id }) => id));

const listed: number[] = [];
let cursor: string | undefined;
do {
  const page = expectData(
    await belfry.GET('/notifications', {
      params: {
        query: { limit: 3, ...(cursor && { cursor }), status: ['unread', 'read'], scope: 'attendee' },
      },
    }),
  );
  listed.push(...page.data.map(({ id }) => id));
  cursor = page.next_cursor ?? undefined;
} while (cursor);
assert.deepEqual(listed, ids);

const [id = 0] = ids;
const marked = expectData(await belfry.POST('/notifications/{id}/read', { params: { path: { id } } }));
const status: Schemas['Status'] = marked.notification.status;
assert.equal(status, 'read');
assert.equal(expectData(await belfry.GET('/notifications/unread-count')).unread_count, 3);
assert.equal(
  expectData(await belfry.POST('/notifications/read-all', { body: { before_position: ids[1] ?? 0 } }))
    .updated,
  3,
);
const archived = await belfry.POST('/notifications/mark', { body: { action: 'archive', ids: ids.slice(2) } });
assert.equal(expectData(archived).updated.length, 2);
const position = marked.notification.position;
const seen = await belfry.POST('/notifications/seen', {
  body: { before_position: position, scope: 'attendee' },
});
assert.deepEqual(expectData(seen).scopes.attendee, { unread_count: 0, unseen_count: 0 });
assert.equal(expectData(await belfry.POST('/notifications/archive-read')).updated, 2);
const { types } = expectData(await belfry.PUT('/preferences', { body: { types: { promo: false } } }));
assert.deepEqual(types.promo, { enabled: false, critical: false });
const suppressed = await create({ user_id, title: 'Half price', metadata: { type: 'promo' } });
assert('notification' in suppressed && suppressed.suppressed && suppressed.notification === null);
const changes = await belfry.GET('/notifications/changes', { params: { query: { since: 0 } } });
assert.equal(expectData(changes).unread_count, 0);

const refused = await belfry.GET('/notifications', { params: { query: { cursor: 'made-up' } } });
assert(refused.error && 'code' in refused.error && refused.error.code === 'invalid_request');
// Only this problem has a list of fields, and the type says so.
const fields: Schemas['FieldError'][] = refused.error.errors;
assert.deepEqual(
  fields.map(({ path }) => path),
  ['cursor'],
);

const missing = await belfry.GET('/notifications/{id}', {
  params: { path: { id: Number.MAX_SAFE_INTEGER } },
});
assert(missing.error && 'code' in missing.error && missing.error.code === 'not_found');
const notFound: 404 = missing.error.status;
assert.equal(notFound, missing.response.status);

const anonymous = await createClient<paths>({ baseUrl }).GET('/notifications/unread-count');
assert(anonymous.error && 'message' in anonymous.error);
assert.equal(anonymous.error.message, 'Unauthorized');
