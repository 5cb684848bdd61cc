import type { TokenEnvironment } from '@belfry/functions/environment';
import { Annotations, SecretValue, Stack, Token, Validations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { algorithmsOf, checkJwtProps, requiredClaimsOf } from './check-jwt-props.ts';
import type { JwtProps } from './jwt-props.ts';

/**
 * The environment of the functions that verify tokens, and the secret that tokens are signed with. The secret is undefined
 * if an issuer signs them.
 * @throws Error naming the prop that is wrong
 */
export function tokenSettings(
  scope: Construct,
  jwt: JwtProps,
): { environment: TokenEnvironment; secret: ISecret | undefined } {
  checkJwtProps(jwt);
  const algorithms = algorithmsOf(jwt);
  const requiredClaims = requiredClaimsOf(jwt);
  const { jwksUrl, issuers = [], audiences = [] } = jwt;
  const acceptsAnyAudience = audiences.length === 0 && Object.keys(requiredClaims).length === 0;
  if (jwksUrl && acceptsAnyAudience) warnOfForeignTokens(scope);

  const secret = jwksUrl ? undefined : (jwt.secret ?? generateSecret(scope));
  const environment = {
    JWT_ALGORITHMS: algorithms.join(' '),
    // A dynamic reference. CloudFormation fills it in, so that verifying a token needs no call and no SDK.
    JWT_SECRET: secret ? secretValueOf(secret, jwt.secretVersionId) : '',
    JWT_JWKS_URL: jwksUrl ?? '',
    JWT_ISSUERS: issuers.join(' '),
    JWT_AUDIENCES: audiences.join(' '),
    JWT_REQUIRED_CLAIMS: jsonOf(scope, requiredClaims),
    JWT_USER_ID_CLAIM: jwt.userIdClaim ?? 'sub',
    JWT_USER_ID_NAMESPACE: jwt.userIdNamespace ?? '',
    JWT_SCOPE_CLAIMS: (jwt.scopeClaims ?? ['scope']).join(' '),
    JWT_MAXIMUM_LIFE_SECONDS: String(jwt.maximumLife?.toSeconds() ?? ''),
    JWT_MAXIMUM_AGE_SECONDS: String(jwt.maximumAge?.toSeconds() ?? ''),
  };
  return { environment, secret };
}

/** JSON whose values may be known at deployment only, such as the id of a client that the same app makes. */
function jsonOf(scope: Construct, value: object): string {
  const json = JSON.stringify(value);
  return Token.isUnresolved(json) ? Stack.of(scope).toJsonString(value) : json;
}

const secretValueOf = ({ secretArn }: ISecret, versionId?: string) =>
  SecretValue.secretsManager(secretArn, versionId ? { versionId } : {}).unsafeUnwrap();

function warnOfForeignTokens(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    '@belfry/tokens:anyAudience',
    'The APIs accept every token that is signed with a key of jwksUrl, even tokens for other applications. ' +
      "Set jwt.audiences, or jwt.requiredClaims if the issuer's tokens have no aud.",
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
