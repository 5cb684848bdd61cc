import fc from 'fast-check';
import { operations } from '../../functions/documents/operations.ts';
import type { RouteKey } from '../../functions/transport/route-keys.ts';
import { everyRoute } from '../support/described.ts';
import { contentType, forgedCursor, hostileId, hostileToken, strangeText } from '../support/hostile-input.ts';
import { type HttpAttempt, placeholders } from './attempt.ts';
import { kindsOfTokens, type TokenKind } from './credentials.ts';
import { existing } from './existing.ts';
import { bodyOf } from './http-bodies.ts';
import {
  type PartArbitrary as Arbitrary,
  broken,
  mostly,
  type Part,
  sound,
  strange,
  type Verdict,
  verdictOf,
} from './part.ts';

export const anyToken: Arbitrary<TokenKind> = fc.oneof(
  { weight: 12, arbitrary: sound(fc.constant<TokenKind>('good')) },
  { weight: 2, arbitrary: broken(fc.constantFrom<TokenKind>(...kindsOfTokens.slice(1))) },
  { weight: 1, arbitrary: broken(hostileToken.filter(Boolean).map((text): TokenKind => `text:${text}`)) },
);

// What a client may put into a header by HTTP: no line breaks and no control characters.
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code < 0x7f ? code : 0xa0)),
  maxLength: 40,
});

/** Headers that must change nothing, whatever they say. */
const noise: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'accept',
      'accept-encoding',
      'accept-language',
      'cookie',
      'content-encoding',
      'if-none-match',
      'origin',
      'range',
      'user-agent',
      'x-amzn-trace-id',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-http-method-override',
      'x-user-id',
      '__proto__',
      'constructor',
    ),
    headerText,
  ),
  contentType.map((type): [string, string] => ['content-type', type]),
);

/** Values of the parameters that routes have; one that is not here gets strange values only. */
const parameters: Record<string, Arbitrary<string>> = {
  limit: fc.oneof(
    sound(fc.integer({ min: 1, max: 100 }).map(String)),
    broken(fc.constantFrom('', '0', '101', '-1', '1.5', '1e1', '0x10', ' 1', '1 ', 'NaN', '1,1', '\0')),
  ),
  cursor: fc.oneof(sound(fc.integer({ min: 1 }).map(String)), broken(forgedCursor)),
  status: fc.oneof(
    sound(fc.constantFrom('unread', 'read,archived', 'snoozed', 'unread,unread')),
    broken(
      fc.constantFrom('', 'seen', 'retracted', 'UNREAD', 'unread,', ',', '__proto__', 'unread;read', '\0'),
    ),
  ),
  type: fc.oneof(
    sound(
      fc.constantFrom(
        'booking',
        'booking,promo,booking',
        'a,b,c,d,e,f,g,h,i,j',
        'x'.repeat(64),
        '\u{1f514}'.repeat(64),
        "' OR 1=1 --",
        '%',
        '\\',
      ),
    ),
    broken(
      fc.constantFrom(
        '',
        ',',
        'booking,',
        'a,b,c,d,e,f,g,h,i,j,k',
        'x'.repeat(65),
        '\0',
        '\u0085',
        '\u{1f514}'.repeat(65),
      ),
    ),
  ),
  scope: fc.oneof(
    sound(fc.constantFrom('attendee', 'organizer', 'admin')),
    broken(fc.constantFrom('', 'speaker', 'Attendee', 'attendee,admin', ' admin', '__proto__', '\0')),
  ),
  since: fc.oneof(
    sound(fc.constantFrom('0', '1', '7', '9007199254740991')),
    broken(fc.constantFrom('', '-1', '1.5', '1e3', '99999999999999999999', '9007199254740992', 'null')),
  ),
};

const unknownParameter = fc.constantFrom('offset', '__proto__', 'constructor', 'user_id', 'Limit', '');

/** The query strings of a route: without what it must have, with what it does not know, with what is wrong. */
function queryOf(route: RouteKey): Arbitrary<[string, string][]> {
  const schema = operations[route].query;
  // A route without parameters looks at none.
  if (!schema) return sound(fc.array(fc.tuple(unknownParameter, strangeText), { maxLength: 1 }));
  const names = Object.keys(schema.shape);
  const isNeeded = !schema.safeParse({}).success;
  const named = names.map((name) =>
    mostly(parameters[name] ?? strange(strangeText), strange(strangeText)).map(
      ({ value, verdict }): Part<[string, string]> => ({ value: [name, value], verdict }),
    ),
  );
  const chosen = fc
    .subarray(named, isNeeded ? { minLength: 1 } : {})
    .chain((each) => fc.tuple(...each))
    .map((parts) => ({ value: parts.map(({ value }) => value), verdict: verdictOf(...parts) }));
  const unknown = fc.tuple(unknownParameter, strangeText).map((pair): [string, string][] => [pair]);
  return fc.oneof(
    { weight: 12, arbitrary: chosen },
    { weight: 1, arbitrary: broken(unknown) },
    ...(isNeeded ? [{ weight: 1, arbitrary: broken(fc.constant<[string, string][]>([])) }] : []),
  );
}

const anyId: Arbitrary<string> = mostly(
  sound(fc.constant<string>(placeholders.ownId)),
  broken(fc.constantFrom<string>(placeholders.otherId, String(2 ** 50))),
  broken(hostileId.map(encodeURIComponent)),
);

/** Ids of scheduled creates, of which the sender has none. */
const anySchedule: Arbitrary<string> = broken(
  fc.oneof(fc.constantFrom('1', String(2 ** 50)), hostileId.map(encodeURIComponent)),
);

const anyButton: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: sound(fc.constant<string>(existing.action)) },
  {
    weight: 1,
    arbitrary: strange(
      fc.constantFrom('other', 'Accept', 'x'.repeat(65), '%00', '%2e%2e%5c', "'--", '%F0%9F%94%94'),
    ),
  },
);

const nothing = sound(fc.constant(''));

/** Keys in a header, where a route reads one; a body may have another, and then the two are compared. */
const anyKey = mostly<[string, string][]>(
  sound(fc.constant([])),
  sound(fc.uuid().map((key) => [['idempotency-key', key]])),
  broken(fc.constant([['idempotency-key', 'x'.repeat(256)]])),
  strange(headerText.map((text) => [['idempotency-key', text]])),
);

/** A key in a header is broken if a sound body has a key of its own, which is another one. */
const besides = (body: Part<unknown>, key: Part<readonly unknown[]>): { verdict: Verdict } => {
  const isSecond = key.value.length > 0 && `${body.value}`.includes('"idempotency_key":"');
  return body.verdict === 'sound' && key.verdict === 'sound' && isSecond ? { verdict: 'broken' } : key;
};

/** Scopes of a token, by whether they open a route. */
function scopeOf(route: RouteKey): Arbitrary<string> {
  const { scope } = operations[route];
  if (scope === undefined) return sound(fc.constantFrom('', 'openid', '\u{1f514}'));
  const others = ['', 'openid notifications:read', `${scope}d`, `${scope}:booking`, scope.toUpperCase()];
  return mostly(sound(fc.constantFrom(scope, `openid ${scope}`)), broken(fc.constantFrom(...others)));
}

/** A request to a route, of which any parts may be broken. */
const toRoute = (route: RouteKey): fc.Arbitrary<HttpAttempt> => {
  const [method = '', template = ''] = route.split(' ');
  const ids = template.startsWith('/scheduled') ? anySchedule : anyId;
  return fc
    .record({
      id: template.includes('{id}') ? ids : nothing,
      button: template.includes('{action_id}') ? anyButton : nothing,
      token: anyToken,
      scope: scopeOf(route),
      query: queryOf(route),
      body: bodyOf(route),
      key: operations[route].headers ? anyKey : sound(fc.constant([])),
      headers: fc.array(noise, { maxLength: 3 }),
    })
    .map(({ id, button, token, scope, query, body, key, headers }) => ({
      door: 'http',
      verdict: verdictOf(id, button, token, scope, query, body, besides(body, key)),
      route,
      method,
      path: template.replace('{id}', id.value).replace('{action_id}', button.value),
      query: query.value,
      headers: [...headers, ...key.value],
      token: token.value,
      scope: scope.value,
      body: body.value,
    }));
};

const isRoute = (method: string, path: string) =>
  everyRoute.some((route) => {
    const [routeMethod, template = ''] = route.split(' ');
    return method === routeMethod && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  });

/** A request for which there is no route, with a token or without: the gateway itself answers it. */
const toNowhere: fc.Arbitrary<HttpAttempt> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path: fc.constantFrom(
      '/',
      '/notification',
      '/notifications',
      '/notifications/1',
      '/notifications/1/read',
      '/notifications/1/read/again',
      '/notifications/read-all',
      '/notifications/unread-count',
      '/Notifications',
      '/notifications/1/seen',
      '/notifications/mark',
      '/notifications/seen',
      '/preferences',
      '/notifications/1/actions',
      '/notifications/1/actions/accept/again',
      '/scheduled',
      '/scheduled/1/cancel',
      '/preferences/promo',
      '/connections',
      '/$default',
    ),
    token: anyToken,
  })
  .filter(({ method, path }) => !isRoute(method, path))
  .map(({ method, path, token }) => ({
    door: 'http',
    verdict: 'broken',
    route: undefined,
    method,
    path,
    query: [],
    headers: [],
    token: token.value,
    scope: '',
    body: undefined,
  }));

/** Requests of the HTTP API, to each of its routes as often as to any other. */
export const httpAttempt: fc.Arbitrary<HttpAttempt> = fc.oneof(
  ...everyRoute.map((route) => ({ weight: 4, arbitrary: toRoute(route) })),
  { weight: 1, arbitrary: toNowhere },
);
