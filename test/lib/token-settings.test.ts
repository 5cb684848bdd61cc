import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { issuerAlgorithms } from '../../functions/core/deployment.ts';
import type { JwtAlgorithm, JwtProps } from '../../lib/jwt-props.ts';
import { tokenSettings } from '../../lib/token-settings.ts';
import { emptyStack } from './template.ts';

const jwksUrl = 'https://example.eu.auth0.com/.well-known/jwks.json';
const namespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

const settings = (jwt: JwtProps, stack = emptyStack()) => tokenSettings(stack, jwt);

/** The one entry of the rules. */
function ruleOf(jwt: JwtProps) {
  const [rule, ...others] = JSON.parse(settings(jwt).environment.JWT_RULES);
  expect(others).toEqual([]);
  return rule;
}

describe('The settings of tokens', () => {
  it('are HS256 with a generated secret if nothing is said', () => {
    const { environment, secret } = settings({});
    expect(secret).toBeDefined();
    expect(ruleOf({})).toEqual({
      algorithms: ['HS256'],
      issuers: [],
      audiences: [],
      requiredClaims: {},
      userIdClaim: 'sub',
      keptUuids: 'all',
      scopeClaims: ['scope'],
    });
    expect(environment.JWT_SECRET).not.toBe('');
  });

  it('are the algorithms with public keys if an issuer is named, and no secret', () => {
    const jwt: JwtProps = {
      jwksUrl,
      issuers: ['https://example.eu.auth0.com/'],
      audiences: ['belfry', 'web'],
      userIdClaim: 'user',
      userIdNamespace: namespace,
    };
    const { environment, secret } = settings(jwt);
    expect(secret).toBeUndefined();
    expect(environment.JWT_SECRET).toBe('');
    expect(ruleOf(jwt)).toEqual({
      jwksUrl,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      issuers: ['https://example.eu.auth0.com/'],
      audiences: ['belfry', 'web'],
      requiredClaims: {},
      userIdClaim: 'user',
      userIdNamespace: namespace,
      keptUuids: 'unmapped',
      scopeClaims: ['scope'],
    });
  });

  it('may narrow the algorithms', () => {
    expect(ruleOf({ jwksUrl, algorithms: ['EdDSA'] }).algorithms).toEqual(['EdDSA']);
  });

  it('may be those of access tokens without an audience', () => {
    const rule = ruleOf({
      jwksUrl,
      requiredClaims: { token_use: 'access', client_id: ['web', 'mobile'], verified: true },
      scopeClaims: ['scp', 'realm_access.roles'],
      maximumLife: Duration.hours(1),
      maximumAge: Duration.seconds(90),
    });
    expect(rule).toMatchObject({
      audiences: [],
      requiredClaims: { token_use: ['access'], client_id: ['web', 'mobile'], verified: [true] },
      scopeClaims: ['scp', 'realm_access.roles'],
      maximumLifeSeconds: 3_600,
      maximumAgeSeconds: 90,
    });
  });

  it('may name any algorithm with a public key, and each only once', () => {
    const algorithms = [...issuerAlgorithms, ...issuerAlgorithms];
    expect(ruleOf({ jwksUrl, algorithms }).algorithms).toEqual(issuerAlgorithms);
  });

  it('may have the id of a client that the same app makes', () => {
    const stack = emptyStack();
    const client_id = new CfnParameter(stack, 'Client').valueAsString;
    const { environment } = settings({ jwksUrl, requiredClaims: { client_id } }, stack);
    const [, [before, client, after]] = stack.resolve(environment.JWT_RULES)['Fn::Join'];
    expect(client).toEqual({ Ref: 'Client' });
    expect(JSON.parse(`${before}${'a'}${after}`)).toMatchObject([{ requiredClaims: { client_id: ['a'] } }]);
  });

  it('may be known at deployment only', () => {
    const stack = emptyStack();
    const url = new CfnParameter(stack, 'JwksUrl').valueAsString;
    const { environment } = settings({ jwksUrl: url, issuers: [url] }, stack);
    const [, parts] = stack.resolve(environment.JWT_RULES)['Fn::Join'];
    const json = parts.map((part: unknown) => (typeof part === 'string' ? part : 'https://id')).join('');
    expect(JSON.parse(json)).toMatchObject([{ jwksUrl: 'https://id', issuers: ['https://id'] }]);
  });

  // The cast: what a context value can hold.
  const unknown = 'ES256K' as JwtAlgorithm;
  it.each<[JwtProps, string]>([
    [{ algorithms: ['RS256'] }, 'with a secret, algorithms must be one or more of HS256; they are ["RS256"]'],
    [
      { jwksUrl, algorithms: ['HS256'] },
      'with a jwksUrl, algorithms must be one or more of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519; they are ["HS256"]',
    ],
    [{ jwksUrl, algorithms: [unknown] }, 'they are ["ES256K"]'],
    [{ jwksUrl, algorithms: [] }, 'they are []'],
    [{ jwksUrl: 'http://id.example.com/jwks' }, 'jwksUrl must be an https URL'],
    [{ jwksUrl, secretVersionId: 'v2' }, 'secretVersionId has no meaning with a jwksUrl'],
    [{ jwksUrl: '' }, 'jwksUrl must be an https URL'],
    [{ jwksUrl: 'https://me:secret@id.example.com/jwks' }, 'without a user and a password'],
    [{ issuers: ['https://a https://b'] }, 'no entry of issuers may be empty or have white space'],
    [{ audiences: [''] }, 'no entry of audiences may be empty or have white space'],
    [{ userIdClaim: '' }, 'userIdClaim is empty'],
    [{ scopeClaims: [] }, 'scopeClaims is empty'],
    [{ scopeClaims: ['scp roles'] }, 'no entry of scopeClaims may be empty or have white space'],
    [{ createScope: '' }, 'createScope must be one scope without white space; it is "".'],
    [{ createScope: 'create notifications' }, 'createScope must be one scope without white space'],
    [
      { requiredClaims: { token_use: [] } },
      'requiredClaims must have one or more accepted values of "token_use"',
    ],
    [
      { requiredClaims: { token_use: '' } },
      'requiredClaims must have one or more accepted values of "token_use"',
    ],
    [{ requiredClaims: { level: Number.NaN } }, 'accepted values of "level": texts, numbers, true or false'],
    [
      { requiredClaims: { aud: 'belfry' } },
      'requiredClaims must not have aud: accepted issuers and audiences',
    ],
    [{ requiredClaims: { iss: 'https://a' } }, 'requiredClaims must not have iss'],
    [{ requiredClaims: { exp: 1 } }, 'requiredClaims must not have "exp", which has no value that can be'],
    [{ requiredClaims: { '': 'x' } }, 'requiredClaims must not have ""'],
    [{ maximumLife: Duration.seconds(0) }, 'maximumLife must be a whole number of seconds from 1; it is 0.'],
    [
      { maximumAge: Duration.millis(1_500) },
      'maximumAge must be a whole number of seconds from 1; it is 1.5.',
    ],
    [{ userIdNamespace: 'ours' }, 'userIdNamespace must be a UUID; it is "ours"'],
  ])('say what is wrong: %j', (jwt, message) => {
    expect(() => settings(jwt)).toThrow(message);
  });

  // What the context can hold, whatever the types say.
  it.each(['["token_use"]', '{"token_use":{"is":"access"}}', '{"token_use":null}'])(
    'say that required claims have values: %s',
    (json) => {
      expect(() => settings({ requiredClaims: JSON.parse(json) })).toThrow('jwt: requiredClaims must ');
    },
  );

  it('say that a secret and an issuer do not go together', () => {
    const stack = emptyStack();
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    const secret = new Secret(stack, 'Ours') as NonNullable<JwtProps['secret']>;
    expect(() => settings({ secret, jwksUrl }, stack)).toThrow('secret and jwksUrl exclude each other');
  });

  it('warn if the tokens of every application of an issuer are accepted', () => {
    const warningsOf = (jwt: JwtProps) => {
      const stack = emptyStack();
      settings(jwt, stack);
      return stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
    };
    const warning = [expect.stringContaining('tokens for other applications')];
    expect(warningsOf({ jwksUrl })).toEqual(warning);
    expect(warningsOf({ jwksUrl, issuers: ['https://id.example.com'] })).toEqual(warning);
    expect(warningsOf({ jwksUrl, audiences: ['belfry'] })).toEqual([]);
    expect(warningsOf({ jwksUrl, requiredClaims: { client_id: 'web' } })).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });
});

describe('The settings of several issuers', () => {
  const shop = {
    issuer: 'https://shop.example/',
    jwksUrl: 'https://shop.example/keys',
    audiences: ['belfry'],
  };
  const staff = {
    issuer: 'https://staff.example',
    jwksUrl: 'https://staff.example/jwks',
    audiences: ['bell'],
  };
  const other = 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11';
  const rulesOf = (jwt: JwtProps) => JSON.parse(settings(jwt).environment.JWT_RULES);

  it('are one entry for each, and no secret', () => {
    const jwt: JwtProps = {
      issuers: [
        { ...shop, userIdNamespace: namespace, algorithms: ['RS256'] },
        { ...staff, scopeClaims: ['roles'], maximumLife: Duration.hours(1) },
      ],
      createScope: 'bell:create',
    };
    expect(settings(jwt)).toMatchObject({ secret: undefined, environment: { JWT_SECRET: '' } });
    expect(rulesOf(jwt)).toMatchObject([
      {
        issuers: [shop.issuer],
        jwksUrl: shop.jwksUrl,
        audiences: ['belfry'],
        algorithms: ['RS256'],
        userIdNamespace: namespace,
        keptUuids: 'none',
        scopeClaims: ['scope'],
      },
      {
        issuers: [staff.issuer],
        jwksUrl: staff.jwksUrl,
        audiences: ['bell'],
        keptUuids: 'unmapped',
        scopeClaims: ['roles'],
        maximumLifeSeconds: 3_600,
      },
    ]);
  });

  it.each([
    ['all', [shop], {}],
    ['none', [{ ...shop, userIdNamespace: namespace }], {}],
    ['unmapped', [{ ...shop, userIdNamespace: namespace, keepsUuids: true }], {}],
    ['unmapped', [shop, { ...staff, userIdNamespace: other }], {}],
    ['all', [shop, staff], { sharedUserIds: true }],
    [
      'none',
      [
        { ...shop, userIdNamespace: other },
        { ...staff, userIdNamespace: other },
      ],
      { sharedUserIds: true },
    ],
  ] as const)('keep %s of the UUIDs of the first of %j', (keptUuids, issuers, more) => {
    expect(rulesOf({ issuers, ...more })[0]).toMatchObject({ keptUuids });
  });

  it.each<[string, JwtProps]>([
    [
      'issuers "https://shop.example/" and "https://staff.example" keep user ids that are UUIDs',
      { issuers: [shop, staff] },
    ],
    [
      'keep user ids that are UUIDs',
      { issuers: [shop, { ...staff, userIdNamespace: namespace, keepsUuids: true }] },
    ],
    [
      'two issuers have the same userIdNamespace',
      {
        issuers: [
          { ...shop, userIdNamespace: namespace },
          { ...staff, userIdNamespace: namespace.toUpperCase() },
        ],
      },
    ],
    [
      'The issuer "https://shop.example/" is there twice',
      { issuers: [shop, { ...staff, issuer: shop.issuer, userIdNamespace: namespace }] },
    ],
    [
      'issuers[0]: without keepsUuids, userIdNamespace must be set',
      { issuers: [{ ...shop, keepsUuids: false }] },
    ],
    ['issuers[0] must have an issuer and a jwksUrl', { issuers: [{ ...shop, jwksUrl: '' }] }],
    ['issuers[0] must have an issuer and a jwksUrl', { issuers: [{ ...shop, issuer: '' }] }],
    ['issuers[0]: jwksUrl must be an https URL', { issuers: [{ ...shop, jwksUrl: 'http://shop.example' }] }],
    ['issuers[0]: with a jwksUrl, algorithms must be', { issuers: [{ ...shop, algorithms: ['HS256'] }] }],
    [
      'issuers[0]: requiredClaims must not have aud',
      { issuers: [{ ...shop, requiredClaims: { aud: 'a' } }] },
    ],
    ['audiences has no meaning beside issuers with rules', { issuers: [shop], audiences: ['belfry'] }],
    ['jwksUrl has no meaning beside issuers with rules', { issuers: [shop], jwksUrl }],
    ['secretVersionId has no meaning beside issuers', { issuers: [shop], secretVersionId: 'v2' }],
    ['sharedUserIds has a meaning only if issuers are objects', { jwksUrl, sharedUserIds: true }],
    [
      'issuers must be all texts, or all objects',
      // The cast: what a context value can hold.
      { issuers: [shop, 'https://staff.example'] as unknown as string[] },
    ],
    [
      'at most 8 issuers can have rules of their own; there are 9',
      { issuers: Array.from({ length: 9 }, () => shop), sharedUserIds: true },
    ],
    [
      'and at most 2048 fit into the environment of a function',
      { issuers: [{ ...shop, audiences: ['x'.repeat(2_048)] }] },
    ],
  ])('say what is wrong: %s', (message, jwt) => {
    expect(() => settings(jwt)).toThrow(message);
  });

  it('warn if one of them has neither an audience nor a required claim', () => {
    const stack = emptyStack();
    settings({ issuers: [shop, { ...staff, audiences: [], userIdNamespace: namespace }] }, stack);
    const warnings = stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning');
    expect(warnings.map(({ data }) => data)).toEqual([
      expect.stringContaining('tokens for other applications'),
    ]);
  });
});
