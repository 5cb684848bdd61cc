import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteKey } from '../../../functions/transport/route-keys.ts';
import { describedApi, everyRoute } from '../../support/described.ts';
import { valuesOf } from '../../support/described-values.ts';
import { type Answer, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { policySettings } from '../../support/shared-settings.ts';

// Sends what the document calls valid. A refusal must be one that the document states in words.

let own: OwnSystem;

beforeAll(async () => {
  own = await startOwnSystem({ context: { createsPerMinute: '0', ...policySettings } });
});

afterAll(() => own?.stop());

const { document, faultsOf, operationOf, resolve } = describedApi();

/** Rules that JSON Schema or a portable pattern cannot say: what a refusal says, and what the document says. */
const inWords: [refusal: RegExp, words: string][] = [
  [/must not contain .*unpaired surrogates$/, 'unpaired surrogates'],
  [/must not be a key with .*unpaired surrogates$/, 'unpaired surrogates'],
  [/must not be a key$/, 'no object a key `__proto__`'],
  [/must not be blank$/, 'At least one character is visible'],
  [/must be an https: URL/, 'A URL with https:, or http: for the host localhost, as a URL parser reads it'],
  [
    /must be a path that starts with \//,
    'A path that stays on the site of the frontend, as a URL parser reads it',
  ],
  [/must have at most 4096 bytes as JSON/, 'at most 4096 bytes as JSON in UTF-8'],
  [/must have at most 2048 bytes as JSON/, 'Together they have at most 2048 bytes as JSON'],
  [/must be another than the id of the actions before/, 'Their ids differ'],
  [/cannot be combined with route/, 'not to both'],
  [/must be a time with seconds and an offset|must be in the years/, 'on a day that exists'],
  [/must be in the future/, 'In the future, and after `deliver_at`'],
  [/must be in the future/, 'in the future. Null: never'],
  [/must be after deliver_at/, 'In the future, and after `deliver_at`'],
  [/must be at most 365 days ahead/, 'at most 365 days ahead'],
  [/must be in the future/, 'If it has passed by less than a day'],
  [/must be 1 minute to 90 days ahead/, '1 minute to 90 days ahead'],
  [
    /An update must set at least one of/,
    'At least one of title, body, metadata, actor_id, actions, expires_at is given',
  ],
  [
    /set exactly one of idempotency_key and group_key/,
    'Exactly one of idempotency_key and group_key is given',
  ],
  [/must not be nested deeper than 5 levels$/, 'at most 5 levels deep, itself included'],
  [/must be a number from -?\d+ to \d+; send it as text$/, 'Numbers beyond ±9007199254740991 are refused'],
  [/must name 1 to 500 users$/, '1 to 500 recipients'],
  [/is not a cursor of this feed/, '`next_cursor` of the page before. Any other text is refused.'],
  [
    /must be (one of .+|left out: no scopes are configured); it is/,
    'one of those that the installation has configured',
  ],
  [/must name 1 to 10 types$/, '1 to 10'],
  [/must name 1 to 100 notifications$/, '1 to 100 notifications'],
  [/must have one position for each id/, 'One for each id, in their order'],
  [
    /^is (not a configured type|critical and cannot be switched)/,
    'A type that is critical or not configured is refused',
  ],
  [/must be left out or the same as the header Idempotency-Key$/, 'where both are given they must be equal'],
];

interface Request {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Requests to a route as the document describes them. */
function requestsOf(route: RouteKey): fc.Arbitrary<Request> {
  const { parameters = [], requestBody } = operationOf(route);
  const schema = requestBody?.content['application/json']?.schema;
  const given = fc.record(
    Object.fromEntries(parameters.map((each) => [each.name, valuesOf(each.schema, resolve)])),
    { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
  );
  const bodies = schema ? valuesOf(schema, resolve) : fc.constant(undefined);
  return fc
    .record({ given, body: requestBody?.required ? bodies : fc.option(bodies, { nil: undefined }) })
    .map(({ given, body }) => {
      const those = (place: string) =>
        parameters.flatMap(({ name, in: where }) =>
          where === place && name in given ? [[name, String(given[name])] as const] : [],
        );
      const path = those('path').reduce(
        (whole, [name, value]) => whole.replace(`{${name}}`, encodeURIComponent(value)),
        route.split(' ')[1] ?? '',
      );
      const query = new URLSearchParams(those('query').map((each) => [...each]));
      return {
        path: query.size > 0 ? `${path}?${query}` : path,
        headers: Object.fromEntries(those('header')),
        body,
      };
    });
}

async function ask(route: RouteKey, { path, headers, body }: Request): Promise<Answer<unknown>> {
  const token = await own.belfry.token(newUser(), { scope: 'notifications:create' });
  return own.belfry.request(path, {
    method: route.split(' ')[0] ?? '',
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A part of the document as text, with the schemas to which it refers. */
const wordsOf = (part: unknown): string =>
  JSON.stringify(part, (_, value) => (value?.$ref ? resolve(value.$ref) : value)) ?? '';

/** What a refusal says about values that the document calls valid, without what its words say too. */
function unstated(route: RouteKey, { status, body }: Answer<unknown>): string[] {
  if (status !== 400) return [];
  const words = wordsOf(operationOf(route).parameters) + wordsOf(operationOf(route).requestBody);
  const { errors = [] }: { errors?: { path: string; message: string }[] } = Object(body);
  return errors.flatMap(({ path, message }) => {
    const isStated = inWords.some(([refusal, stated]) => refusal.test(message) && words.includes(stated));
    return isStated ? [] : [`${path} ${message}`];
  });
}

describe('A request that is valid by the document', () => {
  it.each(inWords)('may be refused with %s, because the document says so', (_, words) => {
    expect(JSON.stringify(document)).toContain(words);
  });

  it.each(everyRoute)(
    'is served, or refused for a reason that the document says in words: %s',
    async (route) => {
      let served = 0;
      await fc.assert(
        fc.asyncProperty(requestsOf(route), async (request) => {
          const answer = await ask(route, request);
          expect(faultsOf(route, answer), JSON.stringify(answer.body)).toEqual([]);
          expect(unstated(route, answer)).toEqual([]);
          expect(answer.status).toBeLessThan(500);
          if (answer.status !== 400) served += 1;
        }),
        { numRuns: 60 },
      );
      // How many depends on chance. None would mean that this test only sees refusals.
      expect(served).toBeGreaterThan(0);
    },
  );
});
