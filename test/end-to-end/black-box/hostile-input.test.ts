import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BrokenCommand, brokenCommand, brokenJson, strangeText } from '../../support/hostile-input.ts';
import { type Answer, command, installation, newUser } from '../../support/installation.ts';

const belfry = installation();

interface Problem {
  status: number;
  code: string;
  request_id: string;
  errors?: { path: string; message: string }[];
}

// One seed for each run, which a failure prints; so that many requests of one test are under way at once.
const attempts = { numRuns: 60 };
const scope = 'notifications:create';
const untouched = { unread_count: 0, version: 0 };
const inboxOf = async (user: string) => (await belfry.as(user).get('/notifications/unread-count')).body;

function expectProblem({ status, headers, body }: Answer<Problem>, expected: number): void {
  expect(status).toBe(expected);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({ status: expected, request_id: headers.get('x-request-id') });
}

/** Whether a field, or one inside of it, is named. */
const names = (paths: readonly string[], path: string): boolean =>
  paths.some((each) => each === path || each.startsWith(`${path}.`));

describe('a create command that breaks the contract', () => {
  it('is refused whole over HTTP, with the field named and nothing written', async () => {
    const user = newUser();
    await fc.assert(
      fc.asyncProperty(brokenCommand(user), async ({ command, path }: BrokenCommand) => {
        const answer = await belfry.as(newUser(), { scope }).post<Problem>('/notifications', command);
        expectProblem(answer, 400);
        expect(answer.body.code).toBe('invalid_request');
        expect(
          names(
            (answer.body.errors ?? []).map((each) => each.path),
            path,
          ),
        ).toBe(true);
      }),
      attempts,
    );
    expect(await inboxOf(user)).toEqual(untouched);
  });

  it('fails a direct invocation with ValidationError, its message naming the field, and nothing written', async () => {
    const user = newUser();
    await fc.assert(
      fc.asyncProperty(brokenCommand(user), async ({ command, path }: BrokenCommand) => {
        const { error } = await belfry.invoke(command);
        expect(error?.errorType).toBe('ValidationError');
        expect(error?.errorMessage).toContain(path);
      }),
      attempts,
    );
    expect(await inboxOf(user)).toEqual(untouched);
  });

  it('is refused whatever JSON it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        expectProblem(await belfry.as(newUser(), { scope }).post<Problem>('/notifications', value), 400);
        expect((await belfry.invoke(value)).error?.errorType).toBe('ValidationError');
      }),
      attempts,
    );
  });

  it('for several users is refused for all of them where one is no user', async () => {
    const users = [newUser(), newUser(), newUser()];
    const { body } = await belfry
      .as(newUser(), { scope })
      .post<Problem>('/notifications', { ...command(''), user_id: undefined, user_ids: [...users, 'me'] });
    expect(body.errors).toMatchObject([{ path: 'user_ids.3' }]);
    expect(await Promise.all(users.map(inboxOf))).toEqual([untouched, untouched, untouched]);
  });
});

describe('a body that is no JSON', () => {
  it.each(['/notifications', '/notifications/read-all'])('is answered 400 by POST %s', async (path) => {
    const authorization = `Bearer ${await belfry.token(newUser(), { scope })}`;
    await fc.assert(
      fc.asyncProperty(
        brokenJson,
        fc.constantFrom(
          'application/json',
          'text/plain',
          'application/octet-stream',
          'multipart/form-data',
          '',
        ),
        async (bytes, contentType) => {
          const answer = await belfry.request<Problem>(path, {
            method: 'POST',
            headers: { authorization, ...(contentType && { 'content-type': contentType }) },
            // A copy: fetch takes no view of a shared buffer.
            body: Uint8Array.from(bytes),
          });
          expectProblem(answer, 400);
        },
      ),
      attempts,
    );
  });

  it('is taken where it is JSON, whatever its type is said to be', async () => {
    const authorization = `Bearer ${await belfry.token(newUser(), { scope })}`;
    for (const contentType of ['text/plain', 'application/octet-stream', 'application/xml']) {
      const { status } = await belfry.request('/notifications', {
        method: 'POST',
        headers: { authorization, 'content-type': contentType },
        body: JSON.stringify(command(newUser())),
      });
      expect(status).toBe(201);
    }
  });

  it('takes the last of a name that is there twice, as JSON.parse does, and checks what it takes', async () => {
    const authorization = `Bearer ${await belfry.token(newUser(), { scope })}`;
    const user = newUser();
    const { status, body } = await belfry.request<Problem>('/notifications', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: `{"user_id":"${user}","title":"a","body":"b","title":""}`,
    });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: 'title' }, { path: 'title' }]);
    expect(await inboxOf(user)).toEqual(untouched);
  });
});

describe('whatever stands in a query or a path', () => {
  it.each(['limit', 'cursor', 'status', 'type'])('%s is answered 200 or 400', async (name) => {
    await fc.assert(
      fc.asyncProperty(strangeText, async (value) => {
        const answer = await belfry
          .as(newUser())
          .get<Problem>(`/notifications?${new URLSearchParams({ [name]: value })}`);
        if (answer.status !== 200) expectProblem(answer, 400);
      }),
      { numRuns: 30 },
    );
  });

  it('since is answered 200 or 400', async () => {
    await fc.assert(
      fc.asyncProperty(strangeText, async (since) => {
        const answer = await belfry
          .as(newUser())
          .get<Problem>(`/notifications/changes?${new URLSearchParams({ since })}`);
        if (answer.status !== 200) expectProblem(answer, 400);
      }),
      { numRuns: 30 },
    );
  });

  it('the id of a notification is answered 400 or 404', async () => {
    await fc.assert(
      fc.asyncProperty(
        strangeText.filter((text) => text !== '' && !['.', '..', 'changes', 'unread-count'].includes(text)),
        fc.constantFrom('', '/read', '/unread', '/archive', '/unarchive'),
        async (id, action) => {
          const path = `/notifications/${encodeURIComponent(id)}${action}`;
          const as = belfry.as(newUser());
          const answer = await (action === '' ? as.get<Problem>(path) : as.post<Problem>(path));
          expectProblem(answer, answer.status === 404 ? 404 : 400);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('whatever a client says on its socket', () => {
  it('is answered with a frame of type error or pong, and the socket stays open', async () => {
    const socket = await belfry.connect(newUser());
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string({ maxLength: 200 })), async (text) => {
        socket.send(text);
        expect(['error', 'pong']).toContain((await socket.next()).type);
      }),
      { numRuns: 30 },
    );
    expect(await socket.settled()).toEqual([]);
    await socket.close();
  });
});
