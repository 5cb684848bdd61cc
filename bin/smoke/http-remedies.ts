import { decodeJwt } from 'jose';
import { Failure } from './failure.ts';
import { type Installation, logOf } from './installation.ts';

/** An answer that is not the one that a step wants. */
export interface UnwantedAnswer {
  status: number;
  body: Record<string, unknown>;
  /** `x-request-id`, or empty. */
  requestId?: string;
}

/** Who answered, and with which token. */
export interface AnswerContext {
  installation: Installation;
  /** Names of functions as in their log groups, for example `Read`. */
  functionName: string;
  token?: string | undefined;
}

/** The failure of an answer of the HTTP API, or of the create function, whose errors have the same codes. */
export function answerFailure(answer: UnwantedAnswer, context: AnswerContext): Failure {
  const { status, body, requestId } = answer;
  const detail = [body.code, body.detail ?? body.message].filter(Boolean).join(': ');
  const id = requestId ? ` The request id is ${requestId}.` : '';
  return new Failure(
    `The answer is ${status}${detail ? `, ${detail}` : ''}.${id}`.replace('..', '.'),
    remediesOf(answer, context),
  );
}

function remediesOf(
  { status, body }: UnwantedAnswer,
  { installation, functionName, token }: AnswerContext,
): string[] {
  const detail = String(body.detail ?? body.message ?? '');
  const log = logOf(installation, functionName);
  switch (status) {
    case 400:
    case 409:
      return [
        'The installation and this command are of different releases. Check out the release that is deployed, or deploy this one.',
      ];
    case 401:
      return [
        tokenRemedy(detail, claimsOf(token)),
        'docs/api.md#tokens has every rule, docs/issuers.md the settings of each issuer.',
      ];
    case 403:
      return body.code === 'forbidden'
        ? [
            'The token may not create. Give one with the scope notifications:create (or what jwtCreateScope names), or use --door invoke with AWS credentials.',
          ]
        : [
            'The gateway refused it before Belfry saw it: HttpApiUrl is that of another API, a domain name without a mapping, or behind a firewall (WAF). Take the output of the stack as it is.',
          ];
    case 404:
      return [
        'HttpApiUrl does not lead to Belfry. Take the output of the stack as it is, and check --stack.',
      ];
    case 429:
      return [
        'The subject of the token has used up its creates of this minute (createsPerMinute), the limit of the route is used up (throttling), or the account is throttled. Wait a minute, and run the check again.',
        'If every request is 429, see docs/operations.md#throttling and docs/operations.md#throttles.',
      ];
    case 502:
      return ['The event bus, or what stands before the HTTP API, did not pass it on. Run the check again.'];
    case 503:
      return /issuer/i.test(detail)
        ? [
            `The keys of the token’s issuer cannot be fetched. Open jwtJwksUrl in a browser, and correct the option. The reason is in ${log}: token_keys_not_fetched.`,
          ]
        : [
            'The database does not let the function in. Look at it in the RDS console: it may be starting, stopped or without free connections. docs/operations.md#databasebusy',
            'With database=existing: the route, the security groups and the secret. docs/deploy.md#an-existing-postgresql',
            `The reason is in ${log}.`,
          ];
    default:
      return [
        `A function failed or did not start. The reason is in ${log}, and for the HTTP API also in that with AuthorizeLogs. docs/operations.md#find-one-request`,
        'If a setting is known at deployment only and is wrong, the log names the variable. Correct the option, and deploy again.',
      ];
  }
}

/** What to do about a refused token, by what the service says of it. */
function tokenRemedy(detail: string, { exp, iss, aud }: Claims): string {
  if (/expired/.test(detail)) {
    return `Get a new token.${typeof exp === 'number' ? ` This one ended at ${new Date(exp * 1_000).toISOString()}, by its exp.` : ''} If it is new, compare the clocks of its issuer and of this machine, and see jwtMaximumAgeMinutes.`;
  }
  if (/signature/.test(detail)) {
    return 'It is signed with another secret or key. Take the secret of this stack’s JwtSecretArn. If it was rotated, deploy its new version: docs/deploy.md#rotate-secrets.';
  }
  if (/"iss"/.test(detail))
    return `Its iss is ${shown(iss)}. Let jwtIssuers name exactly this text, or take a token of an issuer that it names.`;
  if (/"aud"/.test(detail))
    return `Its aud is ${shown(aud)}. Let jwtAudiences name one of its values, or ask the issuer for a token for this API.`;
  if (/claim/.test(detail))
    return 'Compare this claim of the token with jwtRequiredClaims, jwtUserIdClaim and jwtUserIdNamespace.';
  if (/algorithm/.test(detail))
    return 'Compare the alg in its header with jwtAlgorithms. Without jwtJwksUrl it must be HS256.';
  if (/kid/.test(detail))
    return 'Its issuer has no such key at jwtJwksUrl. Take a token of that issuer. A new key may be refused for 30 seconds.';
  if (/valid for more/.test(detail))
    return 'Ask its issuer for a shorter life, or raise jwtMaximumLifeMinutes.';
  return 'Give a whole JWT, as its issuer wrote it, without “Bearer” and quotes.';
}

interface Claims {
  exp?: unknown;
  iss?: unknown;
  aud?: unknown;
}

/** The claims of a token that may be none. */
function claimsOf(token = ''): Claims {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

const shown = (claim: unknown) => (claim === undefined ? 'missing' : JSON.stringify(claim));
