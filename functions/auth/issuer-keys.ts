import type { KeyObject } from 'node:crypto';
import type { JWTHeaderParameters } from 'jose';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';
import { createKeySet, type ListedKey } from './key-set.ts';

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

/**
 * The public keys of an issuer, from the URL of its key set (RFC 7517, section 5). Requests that wait share one fetch. The
 * keys are kept for ten minutes, and fetched earlier if a token has an unknown key id. While the issuer cannot be reached,
 * the fetched keys stay valid, however old they are. jose's own key sets are not used: they have no cooldown after a failed
 * fetch, and one entry that is no object makes them refuse every key.
 *
 * @returns a function that finds the key for a token's header. It throws Unauthenticated if the issuer has no such key, or
 * one that must not be used. It throws Unavailable if the issuer does not answer and the key is not known.
 */
export function createIssuerKeys(jwksUrl: string, { clock, logger, fetch }: IssuerKeysDependencies) {
  let find: ReturnType<typeof createKeySet> = () => undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let refreshing: Promise<void> | undefined;

  // With several issuers, the log must say whose keys are meant. A query string may have a key of its own.
  const host = URL.parse(jwksUrl)?.host;
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
      find = createKeySet(await fetchKeySet(jwksUrl, fetch), (key_id, error) =>
        logger.error('token_key_unusable', { host, key_id, error }),
      );
      fetchedAt = clock();
      failure = undefined;
    } catch (error) {
      failure = error;
      logger.error('token_keys_not_fetched', { host, error });
    }
  }

  return async (header: JWTHeaderParameters): Promise<KeyObject> => {
    if (clock() - fetchedAt >= freshMs) await refresh();
    if (!hasKeys()) throw unavailable();
    const key = find(header);
    if (key) return key;
    await refresh();
    const rotated = find(header);
    if (rotated) return rotated;
    // While the issuer does not answer, we cannot know whether it has this key.
    if (failure) throw unavailable();
    throw new Unauthenticated("The issuer has no key for the token's `kid` and `alg`. Get a new token.");
  };
}

/** @throws Error if the answer is not a key set */
async function fetchKeySet(jwksUrl: string, fetch: typeof globalThis.fetch): Promise<ListedKey[]> {
  const response = await fetch(jwksUrl, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // Only the configured address speaks for the issuer.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    throw new Error(`The address of the issuer's keys answers ${response.status} instead of 200.`);
  }
  const body: unknown = await response.json();
  const listed: unknown[] | undefined = isObject(body) && Array.isArray(body.keys) ? body.keys : undefined;
  const keys = listed?.filter(isObject);
  // A set may be empty: then the issuer has withdrawn its keys.
  if (!listed || !keys || (listed.length > 0 && keys.length === 0)) {
    throw new TypeError("The address of the issuer's keys does not answer a key set: an object with `keys`.");
  }
  return keys;
}

const isObject = (value: unknown): value is ListedKey =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
