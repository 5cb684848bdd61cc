import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Environment } from './environment.ts';
import { NotificationError } from './error.ts';
import { parse } from './parse.ts';
import type { NotificationClientOptions } from './types.ts';
import { within } from './within.ts';

/** The tokens of one signed-in user. */
export type Tokens = ReturnType<typeof createTokens>;

interface TokensDependencies extends Pick<NotificationClientOptions, 'getToken' | 'userId'> {
  environment: Environment;
  clock: Clock;
  /** Aborted at the end of the session. After that, every request for a token rejects. */
  signal: AbortSignal;
}

/**
 * Keeps the token in use and asks for the next one in time: 1 minute before the token expires, or in the last fifth of a
 * short lifetime. A socket lives as long as its token, so a new socket gets a token that is younger than 1 minute, or
 * still in the first fifth. This machine's clock may be wrong: a token that the service refuses is always replaced.
 *
 * If there is no token, or the service has refused two in a row, the app is not asked again for up to 40 seconds, by
 * any part of the client: requests reject at once meanwhile.
 *
 * @param onOtherUser called when `getToken` has answered with a token of another user. It ends the session, and throws
 */
export function createTokens(
  { environment, clock, getToken, userId, signal }: TokensDependencies,
  onOtherUser: () => never,
) {
  const longestMarginMs = 60_000;
  const { now, after, random } = environment;
  let token = '';
  let lifeMs = 0;
  let expiresAt = 0;
  /** The request that is under way. */
  let renewal: Promise<string> | undefined;
  /** Why there is no token. Set during a pause. */
  let failure: NotificationError | undefined;
  let cancelPause: (() => void) | undefined;
  let failures = 0;
  /** Undefined until there is a token; empty if the token does not tell whose it is. */
  let owner: string | undefined;

  /** A new token. Callers share the request that is under way. */
  async function renew(forceRefresh = false): Promise<string> {
    if (failure) throw failure;
    renewal ??= ask(forceRefresh);
    return renewal;
  }

  async function ask(forceRefresh: boolean): Promise<string> {
    try {
      const run = async (): Promise<unknown> => getToken({ forceRefresh });
      const answer = await within(environment, 30, 'getToken', run, 'token');
      // After the end of the session, the app may answer with a token of the next user.
      signal.throwIfAborted();
      const fresh = typeof answer === 'string' && answer.trim();
      if (!fresh) throw new NotificationError('token', 'getToken answered no token.');
      const claims = claimsOf(fresh);
      // The app's own id never changes. The subject of the token shows that another user has signed in.
      const other = userId ? userId + claims.sub : ownerOf(claims);
      if (owner !== undefined && other !== owner) onOtherUser();
      owner = other;
      lifeMs = lifetimeMs(clock.now(), claims);
      expiresAt = now() + lifeMs;
      token = fresh;
      return fresh;
    } catch (error) {
      // The API of this client rejects with nothing else, and after the end of the session nothing counts.
      pause(error as NotificationError);
      throw error;
    } finally {
      renewal = undefined;
    }
  }

  function pause(reason: NotificationError): void {
    resume();
    failure = reason;
    failures += 1;
    cancelPause = after(backoffMs(random, failures), resume);
  }

  function resume(): void {
    cancelPause?.();
    failure = undefined;
  }

  const marginMs = () => Math.min(longestMarginMs, lifeMs / 5);
  async function lasting(ms: number, refused?: string): Promise<string> {
    signal.throwIfAborted();
    if (refused === token) return renew(true);
    return now() + ms < expiresAt ? token : renew();
  }

  return {
    /** The token in use. If the service has refused it, another one. */
    current: (refused?: string) => lasting(marginMs(), refused),
    /** A token that has most of its lifetime left. */
    young: () => lasting(lifeMs - marginMs()),
    /** The token in use, without any request. Empty if there is none. */
    latest: () => token,
    /** Takes that the service has accepted the token in use, or why it has refused two in a row. */
    learn(refusal?: NotificationError): void {
      if (!refusal) failures = 0;
      else {
        expiresAt = 0;
        pause(refusal);
      }
    },
    /** Ends a pause: the user or the app wants to try again now. */
    resume,
    /** When the newest token expires, in milliseconds since the Unix epoch by this machine's clock. */
    expiresAt: () => expiresAt,
    /** A text that is the same for all tokens of this user. Empty if tokens do not tell users apart. */
    owner: () => owner,
  };
}

/** The claims of a token that the client looks at. */
interface Claims {
  exp?: number;
  iat?: number;
  [claim: string]: unknown;
}

/**
 * How long a token that has just come remains valid. This machine's clock may be slow: never longer than the token's
 * whole lifetime. It may be fast, which shows by a token that is expired when it comes: then the whole lifetime.
 */
function lifetimeMs(nowMs: number, claims: Claims): number {
  /** The assumed lifetime of a token without `exp`. */
  const unknownSeconds = 5 * 60;
  const now = nowMs / 1_000;
  const { exp = now + unknownSeconds, iat = Math.min(now, exp - unknownSeconds) } = claims;
  const [left, whole] = [exp - now, exp - iat];
  return (left > 0 ? Math.min(left, whole) : whole) * 1_000;
}

/** The claims of a JWT, not verified: the service does that. No claims if it is not a JWT. */
function claimsOf(token: string): Claims {
  const [, payload = ''] = token.split('.');
  return parse(() => atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
}

/**
 * Tells two users apart by their tokens alone: all claims, because the service takes one of them as the user, or a member of
 * one. Equal claims certainly mean the same user. Left out are those that differ in each token, and arrays, of which none can
 * be the user. Empty if nothing remains.
 */
function ownerOf(claims: Claims): string {
  const owner = JSON.stringify(claims, (name, value) =>
    /^(jti|iat|exp|nbf)$/.test(name) || Array.isArray(value) ? undefined : value,
  );
  return owner === '{}' ? '' : owner;
}
