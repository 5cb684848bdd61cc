import { isJwksUrl } from '@belfry/functions/deployment';
import type { TokenEnvironment } from '@belfry/functions/environment';
import type { IssuerAlgorithm } from '@belfry/functions/token-verifier';
import { Annotations, SecretValue, Token, Validations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** How a token may be signed. */
export type JwtAlgorithm = 'HS256' | IssuerAlgorithm;

/** Which tokens the APIs accept. Their key is either a secret or, with `jwksUrl`, an issuer's. */
export interface JwtProps {
  /** The HS256 secret, at least 32 bytes of text. Left out: without `jwksUrl` one is generated, for your backend to sign with. */
  secret?: ISecret;
  /**
   * The version of the secret. CloudFormation reads a secret anew only where a function changes: name the new version here
   * after you have put a new value into the secret, and both functions that verify tokens change to it together. Left
   * out: each has the version that was current when it last changed.
   */
  secretVersionId?: string;
  /**
   * Where the issuer's public keys are, such as `https://example.eu.auth0.com/.well-known/jwks.json`. Takes the place of
   * the secret. Name `issuers` and `audiences` too: some issuers sign with the same keys for all of their customers.
   */
  jwksUrl?: string;
  /** Accepted algorithms. Default: HS256 with a secret; RS256, ES256 and EdDSA with `jwksUrl`. */
  algorithms?: readonly JwtAlgorithm[];
  /** Accepted issuers (`iss`). Left out: not checked. */
  issuers?: readonly string[];
  /** Accepted audiences (`aud`). Left out: not checked. */
  audiences?: readonly string[];
  /** The claim that names the user. Default: `sub`. */
  userIdClaim?: string;
  /**
   * A UUID of your own. With it, user ids that are no UUIDs, such as `auth0|123`, are mapped to UUIDv5 in this namespace;
   * it must never change. Left out: such tokens are refused.
   */
  userIdNamespace?: string;
}

const issuerAlgorithms: readonly JwtAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];

/**
 * The rules for tokens, as the functions that check them get them, and what tokens are signed with: undefined where an
 * issuer signs them.
 * @throws Error naming what makes no sense
 */
export function tokenSettings(
  scope: Construct,
  jwt: JwtProps,
): { environment: TokenEnvironment; secret: ISecret | undefined } {
  const { jwksUrl, issuers = [], audiences = [], userIdClaim = 'sub', userIdNamespace = '' } = jwt;
  if (jwt.secretVersionId && jwksUrl) {
    throw new Error('jwt: secretVersionId is of a secret, and with a jwksUrl there is none.');
  }
  if (jwt.secret && jwksUrl) throw new Error('jwt: give either a secret or a jwksUrl, not both.');
  if (jwksUrl !== undefined) checkJwksUrl(jwksUrl);
  checkWords({ issuers, audiences });
  if (userIdClaim === '') throw new Error('jwt: userIdClaim must not be empty.');
  checkNamespace(userIdNamespace);
  const algorithms = algorithmsOf(jwt);
  if (jwksUrl && issuers.length === 0 && audiences.length === 0) warnOfStrangers(scope);

  const secret = jwksUrl ? undefined : (jwt.secret ?? generateSecret(scope));
  const environment = {
    JWT_ALGORITHMS: algorithms.join(' '),
    // A dynamic reference: CloudFormation fills it in, so that checking a token needs no call and no SDK.
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

function warnOfStrangers(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    '@belfry/tokens:anyAudience',
    'Every token that is signed with a key of jwksUrl is accepted, those for other applications too. ' +
      'Name jwt.issuers and jwt.audiences.',
  );
}

function generateSecret(scope: Construct): ISecret {
  const secret = new Secret(scope, 'JwtSecret', {
    description: 'Belfry: signs the tokens of users (HS256)',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Whoever signs tokens must change with it, which is for a person to do, with a deployment.',
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
    `jwt: with ${source}, algorithms are one or more of ${known.join(', ')}; found ${JSON.stringify(chosen)}.`,
  );
}

function checkJwksUrl(jwksUrl: string): void {
  if (Token.isUnresolved(jwksUrl) || isJwksUrl(jwksUrl)) return;
  throw new Error(
    `jwt: jwksUrl must be an https URL (http on this machine alone) without a user and a password; it is ${JSON.stringify(jwksUrl)}.`,
  );
}

// The functions get lists separated by spaces.
function checkWords(lists: Record<string, readonly string[]>): void {
  for (const [name, words] of Object.entries(lists)) {
    const wrong = words.find((word) => !Token.isUnresolved(word) && !/^\S+$/.test(word));
    if (wrong !== undefined) {
      throw new Error(`jwt: ${name} must not be empty or hold white space; found ${JSON.stringify(wrong)}.`);
    }
  }
}

function checkNamespace(namespace: string): void {
  if (namespace === '' || Token.isUnresolved(namespace)) return;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) return;
  throw new Error(`jwt: userIdNamespace must be a UUID; it is ${JSON.stringify(namespace)}.`);
}
