import { isJwksUrl } from '@belfry/functions/deployment';
import type { TokenEnvironment } from '@belfry/functions/environment';
import type { IssuerAlgorithm } from '@belfry/functions/token-verifier';
import { Annotations, SecretValue, Token, Validations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** An algorithm that tokens may be signed with. */
export type JwtAlgorithm = 'HS256' | IssuerAlgorithm;

/**
 * Which tokens the APIs accept. Tokens are signed with a secret (HS256) or, with `jwksUrl`, by an issuer.
 *
 * @example
 * jwt: {
 *   jwksUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
 *   issuers: ['https://example.eu.auth0.com/'],
 *   audiences: ['notifications'],
 * }
 */
export interface JwtProps {
  /**
   * The HS256 secret, a text of at least 32 bytes. Left out, and without `jwksUrl`: a secret is generated, and your backend
   * signs tokens with it.
   */
  secret?: ISecret;
  /**
   * The version id of the secret. CloudFormation reads a secret again only when a function changes. After you have put a new
   * value into the secret, name the new version here, so that both functions that verify tokens change to it in one
   * deployment. Left out: each function has the version that was current when it last changed.
   */
  secretVersionId?: string;
  /**
   * The URL of the issuer's public keys, such as `https://example.eu.auth0.com/.well-known/jwks.json`. Replaces the secret.
   * Set `issuers` and `audiences` too, because some issuers use the same keys for all of their customers. Left out: tokens
   * are signed with the secret.
   */
  jwksUrl?: string;
  /** Accepted algorithms. Default: HS256 with a secret; RS256, ES256 and EdDSA with `jwksUrl`. */
  algorithms?: readonly JwtAlgorithm[];
  /** Accepted issuers (`iss`). Left out: not checked. */
  issuers?: readonly string[];
  /** Accepted audiences (`aud`). Left out: not checked. */
  audiences?: readonly string[];
  /** The claim that holds the user id. Default: `sub`. */
  userIdClaim?: string;
  /**
   * A UUID that you have generated. User ids that are not UUIDs, such as `auth0|123`, become UUIDs (version 5) in this
   * namespace. Never change it, or every user gets an empty inbox. Left out: tokens with such user ids are refused.
   */
  userIdNamespace?: string;
}

const issuerAlgorithms: readonly JwtAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];

/**
 * The environment of the functions that verify tokens, and the secret that tokens are signed with. The secret is undefined
 * if an issuer signs them.
 * @throws Error naming the prop that is wrong
 */
export function tokenSettings(
  scope: Construct,
  jwt: JwtProps,
): { environment: TokenEnvironment; secret: ISecret | undefined } {
  const { jwksUrl, issuers = [], audiences = [], userIdClaim = 'sub', userIdNamespace = '' } = jwt;
  if (jwt.secretVersionId && jwksUrl) {
    throw new Error(
      'jwt: secretVersionId has no meaning with a jwksUrl, which replaces the secret. Leave one of them out.',
    );
  }
  if (jwt.secret && jwksUrl)
    throw new Error('jwt: secret and jwksUrl exclude each other. Leave one of them out.');
  if (jwksUrl !== undefined) checkJwksUrl(jwksUrl);
  checkWords({ issuers, audiences });
  if (userIdClaim === '')
    throw new Error('jwt: userIdClaim is empty. Leave it out for the usual claim, sub.');
  checkNamespace(userIdNamespace);
  const algorithms = algorithmsOf(jwt);
  if (jwksUrl && issuers.length === 0 && audiences.length === 0) warnOfForeignTokens(scope);

  const secret = jwksUrl ? undefined : (jwt.secret ?? generateSecret(scope));
  const environment = {
    JWT_ALGORITHMS: algorithms.join(' '),
    // A dynamic reference. CloudFormation fills it in, so that verifying a token needs no call and no SDK.
    JWT_SECRET: secret ? secretValueOf(secret, jwt.secretVersionId) : '',
    JWT_JWKS_URL: jwksUrl ?? '',
    JWT_ISSUERS: issuers.join(' '),
    JWT_AUDIENCES: audiences.join(' '),
    JWT_USER_ID_CLAIM: userIdClaim,
    JWT_USER_ID_NAMESPACE: userIdNamespace,
  };
  return { environment, secret };
}

const secretValueOf = ({ secretArn }: ISecret, versionId?: string) =>
  SecretValue.secretsManager(secretArn, versionId ? { versionId } : {}).unsafeUnwrap();

function warnOfForeignTokens(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    '@belfry/tokens:anyAudience',
    'The APIs accept every token that is signed with a key of jwksUrl, even tokens for other applications. ' +
      'Set jwt.issuers and jwt.audiences.',
  );
}

function generateSecret(scope: Construct): ISecret {
  const secret = new Secret(scope, 'JwtSecret', {
    description: 'Belfry: signs the tokens of users (HS256)',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'The backend that signs tokens must change at the same time, so an operator rotates the secret with a deployment.',
  });
  // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
  return secret as ISecret;
}

function algorithmsOf({ jwksUrl, algorithms }: JwtProps): readonly JwtAlgorithm[] {
  const known = jwksUrl ? issuerAlgorithms : (['HS256'] as const);
  const chosen: readonly string[] = algorithms ?? known;
  const unknown = chosen.filter((name) => !known.some((each) => each === name));
  if (chosen.length > 0 && unknown.length === 0) return known.filter((each) => chosen.includes(each));
  const source = jwksUrl ? 'a jwksUrl' : 'a secret';
  throw new Error(
    `jwt: with ${source}, algorithms must be one or more of ${known.join(', ')}; they are ${JSON.stringify(chosen)}.`,
  );
}

function checkJwksUrl(jwksUrl: string): void {
  if (Token.isUnresolved(jwksUrl) || isJwksUrl(jwksUrl)) return;
  throw new Error(
    `jwt: jwksUrl must be an https URL without a user and a password (http is allowed for localhost only); it is ${JSON.stringify(jwksUrl)}.`,
  );
}

// The functions get these lists as words between spaces.
function checkWords(lists: Record<string, readonly string[]>): void {
  for (const [name, words] of Object.entries(lists)) {
    const wrong = words.find((word) => !Token.isUnresolved(word) && !/^\S+$/.test(word));
    if (wrong !== undefined) {
      throw new Error(
        `jwt: no entry of ${name} may be empty or have white space; one is ${JSON.stringify(wrong)}.`,
      );
    }
  }
}

function checkNamespace(namespace: string): void {
  if (namespace === '' || Token.isUnresolved(namespace)) return;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) return;
  throw new Error(`jwt: userIdNamespace must be a UUID; it is ${JSON.stringify(namespace)}.`);
}
