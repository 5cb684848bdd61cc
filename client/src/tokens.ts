import type { Environment } from './environment.ts';
import { NotificationError } from './error.ts';
import type { TokenRequest } from './types.ts';
import { within } from './within.ts';

const renewBeforeMs = 60_000;
/** Of a token that does not say. */
const unknownLifeMs = 5 * 60_000;
const answerWithinMs = 30_000;

/** The tokens of one signed-in user. */
export type Tokens = ReturnType<typeof createTokens>;

/**
 * Keeps the token in use and asks for the next one in time: a minute before it expires by this machine's clock, or in
 * the last fifth of a short life. That clock may be wrong; a token refused by the service is replaced whatever it says.
 *
 * @param onToken told each new token's claims, undefined where it is no JWT; before anybody gets the token
 */
export function createTokens({
  getToken,
  environment,
  onToken,
}: {
  getToken: (request: TokenRequest) => string | Promise<string>;
  environment: Environment;
  onToken: (claims: Claims | undefined) => void;
}) {
  let token: string | undefined;
  let expiresAt = 0;
  let renewAt = 0;
  let renewal: Promise<string> | undefined;
  let isForced = false;

  /** A new token; whoever asks while one is on its way gets that one. */
  function renew(forceRefresh = false): Promise<string> {
    if (renewal && (isForced || !forceRefresh)) return renewal;
    isForced = forceRefresh;
    const mine = within(environment, answerWithinMs, async () => getToken({ forceRefresh })).then(
      (fresh) => {
        const claims = claimsOf(fresh);
        const now = environment.now();
        token = fresh;
        const life = lifeMs(claims, now);
        expiresAt = now + life;
        renewAt = expiresAt - Math.min(renewBeforeMs, life / 5);
        onToken(claims);
        return fresh;
      },
      (cause) => {
        throw new NotificationError('token', 'getToken failed; the cause says why.', undefined, cause);
      },
    );
    renewal = mine;
    const settled = () => {
      if (renewal === mine) renewal = undefined;
    };
    mine.then(settled, settled);
    return mine;
  }

  const current = (): Promise<string> =>
    token !== undefined && environment.now() < renewAt ? Promise.resolve(token) : renew();

  return {
    current,
    renew: () => renew(),
    /** Another token than the one that was refused. */
    replace: (refused: string): Promise<string> => (token === refused ? renew(true) : current()),
    /** When the newest token ends, in milliseconds since the Unix epoch of this machine's clock. */
    expiresAt: () => expiresAt,
  };
}

/** What a token says, as far as it is looked at here. */
export type Claims = { exp?: number; iat?: number; [claim: string]: unknown };

/**
 * How long a token that has just come is still good. This machine's clock may be slow: never longer than the token's
 * whole life. Or fast, which shows by a token that has ended on arrival: then just as long.
 */
function lifeMs({ exp, iat }: Claims = {}, now: number): number {
  if (exp === undefined) return unknownLifeMs;
  const left = exp * 1_000 - now;
  const whole = iat === undefined ? left : (exp - iat) * 1_000;
  if (left > 0) return Math.min(left, whole);
  return whole > 0 ? whole : unknownLifeMs;
}

/** The claims of a JWT, not verified: that is the service's to do. Undefined where it is none. */
export function claimsOf(token: string): Claims | undefined {
  try {
    const payload = atob(token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '');
    const claims: unknown = JSON.parse(payload);
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What tells two users apart by their tokens alone: every claim that is a text, since the service takes one of them as
 * the user. Equal texts are the same user for sure; `jti` names the token. Empty where there is nothing to tell.
 */
export function identityOf(claims: Claims | undefined): string {
  if (!claims) return '';
  return JSON.stringify(
    Object.entries(claims)
      .filter(([name, value]) => typeof value === 'string' && name !== 'jti')
      .sort(),
  );
}
