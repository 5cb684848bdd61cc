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

describe('The settings of tokens', () => {
  it('are HS256 with a generated secret if nothing is said', () => {
    const { environment, secret } = settings({});
    expect(secret).toBeDefined();
    expect(environment).toMatchObject({
      JWT_ALGORITHMS: 'HS256',
      JWT_JWKS_URL: '',
      JWT_ISSUERS: '',
      JWT_AUDIENCES: '',
      JWT_USER_ID_CLAIM: 'sub',
      JWT_USER_ID_NAMESPACE: '',
    });
    expect(environment.JWT_SECRET).not.toBe('');
  });

  it('are the algorithms with public keys if an issuer is named, and no secret', () => {
    const { environment, secret } = settings({
      jwksUrl,
      issuers: ['https://example.eu.auth0.com/'],
      audiences: ['belfry', 'web'],
      userIdClaim: 'user',
      userIdNamespace: namespace,
    });
    expect(secret).toBeUndefined();
    expect(environment).toEqual({
      JWT_ALGORITHMS: 'RS256 ES256 EdDSA',
      JWT_SECRET: '',
      JWT_JWKS_URL: jwksUrl,
      JWT_ISSUERS: 'https://example.eu.auth0.com/',
      JWT_AUDIENCES: 'belfry web',
      JWT_REQUIRED_CLAIMS: '{}',
      JWT_USER_ID_CLAIM: 'user',
      JWT_USER_ID_NAMESPACE: namespace,
      JWT_SCOPE_CLAIMS: 'scope',
      JWT_MAXIMUM_LIFE_SECONDS: '',
      JWT_MAXIMUM_AGE_SECONDS: '',
    });
  });

  it('may narrow the algorithms', () => {
    expect(settings({ jwksUrl, algorithms: ['EdDSA'] }).environment.JWT_ALGORITHMS).toBe('EdDSA');
  });

  it('may be those of access tokens without an audience', () => {
    const { environment } = settings({
      jwksUrl,
      requiredClaims: { token_use: 'access', client_id: ['web', 'mobile'], verified: true },
      scopeClaims: ['scp', 'realm_access.roles'],
      maximumLife: Duration.hours(1),
      maximumAge: Duration.seconds(90),
    });
    expect(environment).toMatchObject({
      JWT_AUDIENCES: '',
      JWT_REQUIRED_CLAIMS: '{"token_use":["access"],"client_id":["web","mobile"],"verified":[true]}',
      JWT_SCOPE_CLAIMS: 'scp realm_access.roles',
      JWT_MAXIMUM_LIFE_SECONDS: '3600',
      JWT_MAXIMUM_AGE_SECONDS: '90',
    });
  });

  it('may name any algorithm with a public key, and each only once', () => {
    const algorithms = [...issuerAlgorithms, ...issuerAlgorithms];
    expect(settings({ jwksUrl, algorithms }).environment.JWT_ALGORITHMS).toBe(issuerAlgorithms.join(' '));
  });

  it('may have the id of a client that the same app makes', () => {
    const stack = emptyStack();
    const client_id = new CfnParameter(stack, 'Client').valueAsString;
    const { environment } = settings({ jwksUrl, requiredClaims: { client_id } }, stack);
    expect(stack.resolve(environment.JWT_REQUIRED_CLAIMS)).toEqual({
      'Fn::Join': ['', ['{"client_id":["', { Ref: 'Client' }, '"]}']],
    });
  });

  it('may be known at deployment only', () => {
    const stack = emptyStack();
    const url = new CfnParameter(stack, 'JwksUrl').valueAsString;
    expect(settings({ jwksUrl: url, issuers: [url] }, stack).environment.JWT_JWKS_URL).toBe(url);
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
