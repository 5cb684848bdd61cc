import { type CryptoKey, createRemoteJWKSet, customFetch, errors, type JWTHeaderParameters } from 'jose';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';

/** What the keys of an issuer need besides their URL. */
export interface IssuerKeysDependencies {
  clock: Clock;
  logger: Logger;
  fetch: typeof fetch;
}

/** How long a fetched key set is good before it is fetched again. */
const freshMs = 10 * 60_000;
/** The least time between two fetches while there are keys. Tokens with unknown key ids cannot cause more fetches. */
const cooldownMs = 30_000;
/** The least time between two fetches while there are no keys, and no user can sign in. */
const cooldownWithoutKeysMs = 2_000;
/** How long one fetch may take. */
const timeoutMs = 3_000;
/** RFC 7518, section 3.3. */
const minimumRsaBits = 2_048;

/**
 * The public keys of an issuer, from the URL of its key set (RFC 7517, section 5). Requests that wait share one fetch. The
 * keys are kept for ten minutes, and fetched earlier if a token has an unknown key id. While the issuer cannot be reached,
 * the fetched keys stay valid, however old they are. This module and not jose keeps the times, because jose has no
 * cooldown after a failed fetch.
 *
 * @returns a function that finds the key for a token's header. It throws Unauthenticated if the issuer has no such key, or
 * one that must not be used. It throws Unavailable if the issuer does not answer and the key is not known.
 */
export function createIssuerKeys(jwksUrl: string, { clock, logger, fetch }: IssuerKeysDependencies) {
  const keySet = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: timeoutMs,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: fetch,
  });
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let refreshing: Promise<void> | undefined;

  const hasKeys = () => fetchedAt > Number.NEGATIVE_INFINITY;
  const unavailable = () => new Unavailable('The token issuer', { cause: failure });

  function refresh(): Promise<void> | undefined {
    const isTooSoon = clock() - triedAt < (hasKeys() ? cooldownMs : cooldownWithoutKeysMs);
    if (!refreshing && !isTooSoon) {
      refreshing = fetchKeys().finally(() => {
        refreshing = undefined;
      });
    }
    return refreshing;
  }

  async function fetchKeys(): Promise<void> {
    triedAt = clock();
    try {
      await keySet.reload();
      fetchedAt = clock();
      failure = undefined;
    } catch (error) {
      failure = error;
      logger.error('token_keys_not_fetched', { error });
    }
  }

  return async (header: JWTHeaderParameters): Promise<CryptoKey> => {
    if (clock() - fetchedAt >= freshMs) await refresh();
    if (!hasKeys()) throw unavailable();
    const key = await find(header);
    if (key) return key;
    await refresh();
    const rotated = await find(header);
    if (rotated) return rotated;
    // While the issuer does not answer, we cannot know whether it has this key.
    if (failure) throw unavailable();
    throw new Unauthenticated("The issuer has no key for the token's `kid` and `alg`. Get a new token.");
  };

  async function find(header: JWTHeaderParameters): Promise<CryptoKey | undefined> {
    try {
      return checked(await keySet(header));
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      // OpenID Connect Core, section 10.1: with several keys, the header has a kid.
      if (error instanceof errors.JWKSMultipleMatchingKeys) {
        throw new Unauthenticated(
          'Several keys of the issuer fit the token. Its header needs a `kid` that names one of them.',
        );
      }
      // A private key, a weak key or an incomplete key. That is the issuer's mistake, so the log has it.
      logger.error('token_key_unusable', { error });
      throw new Unauthenticated(
        "The issuer's key for this token cannot be used. The service logs the reason as token_key_unusable.",
      );
    }
  }
}

function checked(key: CryptoKey): CryptoKey {
  const { algorithm } = key;
  if ('modulusLength' in algorithm && Number(algorithm.modulusLength) < minimumRsaBits) {
    throw new RangeError(
      `The RSA key has ${algorithm.modulusLength} bits; it needs at least ${minimumRsaBits}.`,
    );
  }
  return key;
}
