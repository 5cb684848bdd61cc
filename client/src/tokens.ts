import type { Environment } from './environment.ts';
import { NotificationError } from './error.ts';
import type { TokenRequest } from './types.ts';
import { within } from './within.ts';

/** How much of a token's life is its youth, and how much its age. */
const longestMarginMs = 60_000;
/** Of a token that does not say. */
const unknownLifeMs = 5 * 60_000;
const answerWithinMs = 30_000;

/** The tokens of one signed-in user. */
export type Tokens = ReturnType<typeof createTokens>;

/**
 * Keeps the token in use and asks for the next one in time: a minute before it expires by this machine's clock, or in
 * the last fifth of a short life. For a socket, which lives as long as its token, it is asked for after the first minute
 * or fifth. That clock may be wrong; a token refused by the service is replaced whatever it says.
 *
 * @param onToken told each new token's claims before anybody gets the token
 */
export function createTokens(
  environment: Environment,
  getToken: (request: TokenRequest) => string | Promise<string>,
  onToken: (claims: Claims) => void,
) {
  let token = '';
  let life = 0;
  let margin = 0;
  let expiresAt = 0;
  let renewal: Promise<string> | undefined;
  let isForced = false;

  /** A new token; whoever asks while one is on its way gets that one, unless it must be a fresh one and that need not. */
  function renew(forceRefresh = false): Promise<string> {
    if (!renewal || (forceRefresh && !isForced)) {
      isForced = forceRefresh;
      renewal = ask(forceRefresh);
    }
    return renewal;
  }

  async function ask(forceRefresh: boolean): Promise<string> {
    try {
      const fresh = await within(environment, answerWithinMs, async () => getToken({ forceRefresh }));
      const claims = claimsOf(fresh);
      life = lifeMs(claims, environment.now());
      margin = Math.min(longestMarginMs, life / 5);
      expiresAt = environment.now() + life;
      onToken(claims);
      token = fresh;
      return fresh;
    } catch (cause) {
      throw new NotificationError('token', 'getToken failed.', cause);
    } finally {
      renewal = undefined;
    }
  }

  const lasting = async (ms: number): Promise<string> =>
    environment.now() + ms < expiresAt ? token : renew();
  const current = () => lasting(margin);

  return {
    current,
    /** One that has most of its life before it. */
    young: () => lasting(life - margin),
    /** Another token than the one that was refused. */
    replace: (refused: string): Promise<string> => (token === refused ? renew(true) : current()),
    /** When the newest token ends, in milliseconds since the Unix epoch of this machine's clock. */
    expiresAt: () => expiresAt,
  };
}

/** What a token says, as far as it is looked at here. */
export interface Claims {
  exp?: number;
  iat?: number;
  [claim: string]: unknown;
}

/**
 * How long a token that has just come is still good. This machine's clock may be slow: never longer than the token's
 * whole life. Or fast, which shows by a token that has ended on arrival: then just as long.
 */
function lifeMs({ exp, iat }: Claims, now: number): number {
  if (exp === undefined) return unknownLifeMs;
  const left = exp * 1_000 - now;
  const whole = iat === undefined ? Math.max(left, unknownLifeMs) : (exp - iat) * 1_000;
  return left > 0 ? Math.min(left, whole) : whole;
}

/** The claims of a JWT, not verified: that is the service's to do. None where it is no JWT. */
export function claimsOf(token: string): Claims {
  try {
    const [, payload = ''] = token.split('.');
    return Object(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    return {};
  }
}

/**
 * What tells two users apart by their tokens alone: every claim that is a text, since the service takes one of them as
 * the user. Equal texts are the same user for sure; `jti` names the token. Empty where there is nothing to tell.
 */
export function identityOf(claims: Claims): string {
  const texts = Object.entries(claims).filter(([name, value]) => typeof value === 'string' && name !== 'jti');
  return texts[0] ? JSON.stringify(texts) : '';
}
