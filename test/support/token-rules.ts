import type { TokenRules } from '../../functions/auth/token-verifier.ts';

type ClaimRules = Omit<TokenRules, 'algorithms'>;

/** Rules that check neither issuer nor audience, and are otherwise those of an installation without settings. */
export const anyClaims: ClaimRules = {
  issuers: [],
  audiences: [],
  requiredClaims: {},
  userIdClaim: 'sub',
  keptUuids: 'all',
  scopeClaims: ['scope'],
};
