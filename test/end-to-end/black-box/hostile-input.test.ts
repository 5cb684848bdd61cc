import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyAction,
  bytesOfBody,
  encodedSlash,
  errorType,
  refusalStatus,
} from '../../support/gateway-needs.ts';
import { hostileCommand } from '../../support/hostile-command.ts';
import {
  contentType,
  forgedCursor,
  forgedEnvelope,
  hostileId,
  hostileMessage,
  hostileRuns,
  hostileText,
  hostileToken,
  invalidUtf8,
  strangeText,
} from '../../support/hostile-input.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { type Answer, command, installation, newUser } from '../../support/installation.ts';

const belfry = installation();

interface Problem {
  errors?: { path: string; message: string }[];
}

/** A problem as RFC 9457 and the contract have it, of this status, that names these fields among others. */
function expectProblem({ status, headers, body }: Answer<Problem>, expected: number, paths: string[]): void {
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({
    type: 'about:blank',
    title: expect.any(String),
    status: expected,
    detail: expect.any(String),
    code: expect.any(String),
    request_id: headers.get('x-request-id'),
  });
  expect(status).toBe(expected);
  expect(body.errors?.map(({ path }) => path) ?? []).toEqual(expect.arrayContaining(paths));
}

/** Nothing was ever written into the inboxes of these users. */
async function expectUntouched(...users: string[]): Promise<void> {
  for (const user of users) {
    const { body } = await belfry.as(user).get('/notifications/unread-count');
    expect(body).toEqual(sharedState(user, 0, 0));
  }
}

/** Tries a door with many inputs; the report of a failure says how to repeat it. */
const tryAll = <Input>(inputs: fc.Arbitrary<Input>, refuses: (input: Input) => Promise<void>) =>
  fc.assert(fc.asyncProperty(inputs, refuses), { numRuns: hostileRuns });

describe('POST /notifications refuses', () => {
  const create = async (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') => {
    const authorization = `Bearer ${await belfry.token(newUser(), { scope: 'notifications:create' })}`;
    return belfry.request<Problem>('/notifications', {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    });
  };

  it('a command of which any fields are broken, naming each of them', async () => {
    await tryAll(hostileCommand, async ({ users, text, paths }) => {
      expectProblem(await create(text), 400, paths);
      await expectUntouched(...users);
    });
  });

  it('what is no command at all, whatever its type is said to be', async () => {
    await tryAll(fc.tuple(hostileText, contentType), async ([text, type]) =>
      expectProblem(await create(text, type), 400, []),
    );
  });

  it('what is no UTF-8, whatever its type is said to be', bytesOfBody, async () => {
    await tryAll(fc.tuple(invalidUtf8, contentType), async ([bytes, type]) =>
      expectProblem(await create(new Uint8Array(bytes), type), 400, ['']),
    );
  });

  it('a body of one byte over 64 KiB, and takes one of 64 KiB', async () => {
    const [user, refused] = [newUser(), newUser()];
    // Bytes, not characters: the title has three of them for each of its own.
    const text = (recipient: string) => JSON.stringify(command(recipient, { title: '席'.repeat(255) }));
    const padded = (recipient: string, bytes: number) =>
      text(recipient) + ' '.repeat(bytes - Buffer.byteLength(text(recipient)));
    expect((await create(padded(user, 65_536))).status).toBe(201);
    expectProblem(await create(padded(refused, 65_537)), 413, []);
    await expectUntouched(refused);
  });

  it('nothing but the first of two equal names, of which JSON has the last', async () => {
    const user = newUser();
    const text = JSON.stringify(command(user)).replace('{', '{"title":"first","user_id":"nobody",');
    expect(await create(text)).toMatchObject({ status: 201, body: { notification: command(user) } });
  });
});

describe('the other routes refuse', () => {
  const me = () => belfry.as(newUser());

  it('ids that are none', encodedSlash, async () => {
    await tryAll(hostileId, async (id) => {
      const path = `/notifications/${encodeURIComponent(id)}`;
      expectProblem(await me().get(path), 400, ['id']);
      expectProblem(await me().post(`${path}/read`), 400, ['id']);
    });
  });

  it('cursors that are forged', async () => {
    await tryAll(forgedCursor, async (cursor) => {
      const path = `/notifications?cursor=${encodeURIComponent(cursor)}`;
      expectProblem(await me().get(path), 400, ['cursor']);
    });
  });

  it.each([
    [
      'limit',
      ['', '0', '101', '-1', '1.5', '1e1', '0x10', ' 1', '1 ', '99999999999999999999', 'NaN', '1,1', '\0'],
    ],
    ['status', ['', 'seen', 'UNREAD', 'unread,', ',', 'unread,seen', '__proto__', 'unread;read', '\0']],
    [
      'type',
      ['', ',', 'promo,', 'x'.repeat(65), '\0', '\u0085', '\u{1f514}'.repeat(65), 'a,b,c,d,e,f,g,h,i,j,k'],
    ],
    [
      'scope',
      ['', 'speaker', 'Attendee', 'attendee,organizer', ' attendee', '__proto__', '\0', 'x'.repeat(33)],
    ],
    ['since', ['', '-1', '1.5', '1e3', '99999999999999999999', '9007199254740992', 'null', '\0']],
    ['__proto__', ['1']],
    ['constructor', ['1']],
    ['offset', ['20']],
  ])('the parameter %s of a query: %j', async (name, values) => {
    const path = name === 'since' ? '/notifications/changes' : '/notifications';
    for (const value of values) {
      const query = `${name}=${encodeURIComponent(value)}`;
      expectProblem(await me().get(`${path}?${query}`), 400, [name]);
    }
  });

  it.each(['limit', 'cursor', 'status', 'scope', 'type', 'since'])(
    '%s with 400, or take it',
    async (name) => {
      const path = name === 'since' ? '/notifications/changes' : '/notifications';
      await tryAll(strangeText, async (value) => {
        const answer = await me().get<Problem>(`${path}?${new URLSearchParams({ [name]: value })}`);
        if (answer.status !== 200) expectProblem(answer, 400, [name]);
      });
    },
  );

  it.each([
    [
      'before_position',
      ['0', '-1', '1.5', '1e19', '9007199254740992', '18446744073709551616', '"1"', 'null', '[1]', '{}'],
    ],
    ['__proto__', ['{}', '{"before_position":1}']],
    ['constructor', ['1']],
    ['scope', ['"speaker"', '""', 'null', '["attendee"]', '7']],
    ['types', ['[]', '[""]', '"promo"', 'null', '["a","b","c","d","e","f","g","h","i","j","k"]']],
  ])('the field %s of read-all and archive-read: %j', async (name, values) => {
    const user = newUser();
    await belfry.invoke(command(user));
    for (const value of values) {
      for (const path of ['/notifications/read-all', '/notifications/archive-read']) {
        const answer = await belfry.request<Problem>(path, {
          method: 'POST',
          headers: { authorization: `Bearer ${await belfry.token(user)}` },
          body: `{"${name}":${value}}`,
        });
        expectProblem(answer, 400, [value === '[""]' ? `${name}.0` : name]);
      }
    }
    const { body } = await belfry.as(user).get('/notifications/unread-count');
    expect(body).toEqual(sharedState(user, 1, 1));
  });

  it('a body of read-all that is neither an object nor null', async () => {
    const isTaken = (text: string) => /^\s*(\{|null\s*$)/.test(text);
    await tryAll(
      hostileText.filter((text) => !isTaken(text)),
      async (text) => {
        const headers = { authorization: `Bearer ${await belfry.token(newUser())}` };
        const sent = { method: 'POST', headers, body: text };
        expectProblem(await belfry.request<Problem>('/notifications/read-all', sent), 400, ['']);
      },
    );
  });

  it('tokens that are none', async () => {
    await tryAll(hostileToken, async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await belfry.request<Problem>('/notifications', { headers });
      expectProblem(answer, 401, []);
    });
  });
});

describe('a direct invocation refuses', errorType, () => {
  it('a command of which any fields are broken, naming each of them', async () => {
    await tryAll(hostileCommand, async ({ users, text, paths }) => {
      const { error } = await belfry.invoke(JSON.parse(text));
      expect(error?.errorType).toBe('ValidationError');
      for (const path of paths) expect(error?.errorMessage).toContain(path);
      await expectUntouched(...users);
    });
  });

  it('what is no command at all', async () => {
    await tryAll(fc.jsonValue({ maxDepth: 3 }), async (value) => {
      const { error } = await belfry.invoke(value);
      expect(error?.errorType).toBe('ValidationError');
    });
  });

  it('what looks like a payload of another door, as that door does', async () => {
    await tryAll(forgedEnvelope, async (envelope) => {
      const { created, error } = await belfry.invoke<Record<string, unknown>>(envelope);
      if (error) expect(error.errorType).toBe('ValidationError');
      else if ('statusCode' in created) expect(created.statusCode).toBe(401);
      else expect(created).toEqual({ batchItemFailures: expect.any(Array) });
    });
  });

  it('recipients by the hundred thousand', async () => {
    const { error } = await belfry.invoke({
      title: 't',
      body: 'b',
      user_ids: Array.from({ length: 100_000 }, () => 'x'),
    });
    expect(error).toMatchObject({
      errorType: 'ValidationError',
      errorMessage: expect.stringContaining('user_ids'),
    });
  });
});

describe('a socket', () => {
  it('is answered an error to whatever is no ping, and goes on', anyAction, async () => {
    const socket = await belfry.connect(newUser());
    await tryAll(
      hostileMessage.filter((text) => Buffer.byteLength(text) <= 32_768),
      async (text) => {
        socket.send(text);
        expect(await socket.next()).toMatchObject({ type: 'error', code: 'unknown_action' });
        expect(await socket.settled()).toEqual([]);
      },
    );
    await socket.close();
  });

  it('is refused with 401 by whatever is no token', refusalStatus, async () => {
    await tryAll(hostileToken, async (token) => {
      await expect(belfry.connect(newUser(), { token })).rejects.toMatchObject({ status: 401 });
    });
  });
});
