import { CfnParameter } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { type JwtAlgorithm, type JwtProps, tokenSettings } from '../../lib/token-settings.ts';
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
      JWT_USER_ID_CLAIM: 'user',
      JWT_USER_ID_NAMESPACE: namespace,
    });
  });

  it('may narrow the algorithms', () => {
    expect(settings({ jwksUrl, algorithms: ['EdDSA'] }).environment.JWT_ALGORITHMS).toBe('EdDSA');
  });

  it('may be known at deployment only', () => {
    const stack = emptyStack();
    const url = new CfnParameter(stack, 'JwksUrl').valueAsString;
    expect(settings({ jwksUrl: url, issuers: [url] }, stack).environment.JWT_JWKS_URL).toBe(url);
  });

  // The cast: what a context value can hold.
  const unknown = 'RS512' as JwtAlgorithm;
  it.each<[JwtProps, string]>([
    [{ algorithms: ['RS256'] }, 'with a secret, algorithms must be one or more of HS256; they are ["RS256"]'],
    [
      { jwksUrl, algorithms: ['HS256'] },
      'with a jwksUrl, algorithms must be one or more of RS256, ES256, EdDSA',
    ],
    [{ jwksUrl, algorithms: [unknown] }, 'they are ["RS512"]'],
    [{ jwksUrl, algorithms: [] }, 'they are []'],
    [{ jwksUrl: 'http://id.example.com/jwks' }, 'jwksUrl must be an https URL'],
    [{ jwksUrl, secretVersionId: 'v2' }, 'secretVersionId has no meaning with a jwksUrl'],
    [{ jwksUrl: '' }, 'jwksUrl must be an https URL'],
    [{ jwksUrl: 'https://me:secret@id.example.com/jwks' }, 'without a user and a password'],
    [{ issuers: ['https://a https://b'] }, 'no entry of issuers may be empty or have white space'],
    [{ audiences: [''] }, 'no entry of audiences may be empty or have white space'],
    [{ userIdClaim: '' }, 'userIdClaim is empty'],
    [{ userIdNamespace: 'ours' }, 'userIdNamespace must be a UUID; it is "ours"'],
  ])('say what is wrong: %j', (jwt, message) => {
    expect(() => settings(jwt)).toThrow(message);
  });

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
    expect(warningsOf({ jwksUrl })).toEqual([expect.stringContaining('tokens for other applications')]);
    expect(warningsOf({ jwksUrl, audiences: ['belfry'] })).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });
});
