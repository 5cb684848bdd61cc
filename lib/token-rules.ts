import {
  defaultIssuerAlgorithms,
  faultOfRequiredClaims,
  faultOfSeveral,
  issuerAlgorithms,
  type KeptUuids,
  type RequiredClaims,
  type TokenSettings,
} from '@belfry/functions/deployment';
import { checkAlone, checkRuleProps } from './check-jwt-props.ts';
import type { JwtAlgorithm, JwtIssuerProps, JwtProps, TokenRuleProps } from './jwt-props.ts';

/** More would not fit into the environment of a function. */
const maximumIssuers = 8;

/**
 * The rules for tokens: one entry, or one for each of several issuers.
 * @throws Error naming the prop that is wrong
 */
export function tokenRulesOf(jwt: JwtProps): TokenSettings[] {
  const { issuers = [] } = jwt;
  const each = issuers.filter((issuer) => typeof issuer === 'object');
  if (each.length > 0 && each.length === issuers.length) return rulesOfEach(jwt, each);
  const names = issuers.filter((issuer) => typeof issuer === 'string');
  if (names.length < issuers.length) {
    throw new Error('jwt: issuers must be all texts, or all objects with an issuer and a jwksUrl.');
  }
  checkAlone(jwt);
  const keptUuids = jwt.userIdNamespace === undefined ? 'all' : 'unmapped';
  return [rulesOf('jwt', { ...jwt, issuers: names }, keptUuids)];
}

function rulesOfEach(jwt: JwtProps, issuers: readonly JwtIssuerProps[]): TokenSettings[] {
  const shared = new Set(['issuers', 'createScope', 'sharedUserIds']);
  const misplaced = Object.entries(jwt).find(([name, value]) => value !== undefined && !shared.has(name));
  if (misplaced) {
    throw new Error(
      `jwt: ${misplaced[0]} has no meaning beside issuers with rules of their own. Set it in each of them, or leave it out.`,
    );
  }
  if (issuers.length > maximumIssuers) {
    throw new Error(
      `jwt: at most ${maximumIssuers} issuers can have rules of their own; there are ${issuers.length}. Deploy a second installation for the others.`,
    );
  }
  if (!jwt.sharedUserIds) checkUserIds(issuers);
  const unnamed = issuers.findIndex(({ issuer, jwksUrl }) => !issuer || !jwksUrl);
  if (unnamed !== -1) throw new Error(`jwt: issuers[${unnamed}] must have an issuer and a jwksUrl.`);
  const isAnyMapped = issuers.some(({ userIdNamespace }) => userIdNamespace !== undefined);
  const rules = issuers.map((each, index) => {
    const keptUuids = keepsIds(each) ? (isAnyMapped ? 'unmapped' : 'all') : 'none';
    return rulesOf(`jwt: issuers[${index}]`, { ...each, issuers: [each.issuer] }, keptUuids);
  });
  const fault = faultOfSeveral(rules);
  if (fault !== undefined) throw new Error(`jwt: ${fault}`);
  return rules;
}

/** Whether user ids of an issuer that are UUIDs stay as they are. */
const keepsIds = ({ keepsUuids, userIdNamespace }: JwtIssuerProps): boolean =>
  keepsUuids ?? userIdNamespace === undefined;

/** Refuses issuers of which one could name the users of another. */
function checkUserIds(issuers: readonly JwtIssuerProps[]): void {
  const remedy = 'If they know the same users by the same ids, set sharedUserIds.';
  const keeping = issuers.filter(keepsIds);
  if (keeping.length > 1) {
    const names = keeping.map(({ issuer }) => JSON.stringify(issuer)).join(' and ');
    throw new Error(
      `jwt: the issuers ${names} keep user ids that are UUIDs, so the same UUID would be one user for both. Give all but one a userIdNamespace of its own. ${remedy}`,
    );
  }
  const namespaces = issuers.flatMap(({ userIdNamespace }) => userIdNamespace?.toLowerCase() ?? []);
  if (new Set(namespaces).size < namespaces.length) {
    throw new Error(
      `jwt: two issuers have the same userIdNamespace, so the same user id would be one user for both. Generate one for each, by uuidgen. ${remedy}`,
    );
  }
}

interface Rules extends TokenRuleProps {
  jwksUrl?: string;
  issuers: readonly string[];
}

function rulesOf(where: string, props: Rules, keptUuids: KeptUuids): TokenSettings {
  checkRuleProps(where, props);
  const { jwksUrl, userIdNamespace, maximumLife, maximumAge } = props;
  if (keptUuids === 'none' && userIdNamespace === undefined) {
    throw new Error(`${where}: without keepsUuids, userIdNamespace must be set.`);
  }
  return {
    ...(jwksUrl !== undefined && { jwksUrl }),
    algorithms: algorithmsOf(where, props),
    issuers: props.issuers,
    audiences: props.audiences ?? [],
    requiredClaims: requiredClaimsOf(where, props),
    userIdClaim: props.userIdClaim ?? 'sub',
    ...(userIdNamespace !== undefined && { userIdNamespace }),
    keptUuids,
    scopeClaims: props.scopeClaims ?? ['scope'],
    ...(maximumLife && { maximumLifeSeconds: maximumLife.toSeconds() }),
    ...(maximumAge && { maximumAgeSeconds: maximumAge.toSeconds() }),
  };
}

function algorithmsOf(where: string, { jwksUrl, algorithms }: Rules): readonly JwtAlgorithm[] {
  const known: readonly JwtAlgorithm[] = jwksUrl ? issuerAlgorithms : ['HS256'];
  const chosen: readonly string[] = algorithms ?? (jwksUrl ? defaultIssuerAlgorithms : known);
  const unknown = chosen.filter((name) => !known.some((each) => each === name));
  if (chosen.length > 0 && unknown.length === 0) return known.filter((each) => chosen.includes(each));
  const source = jwksUrl ? 'a jwksUrl' : 'a secret';
  throw new Error(
    `${where}: with ${source}, algorithms must be one or more of ${known.join(', ')}; they are ${JSON.stringify(chosen)}.`,
  );
}

function requiredClaimsOf(where: string, { requiredClaims = {} }: Rules): RequiredClaims {
  const listed = Object.entries(requiredClaims).map(([claim, accepted]) => [claim, [accepted].flat()]);
  const claims = Array.isArray(requiredClaims) ? requiredClaims : Object.fromEntries(listed);
  const fault = faultOfRequiredClaims(claims);
  if (fault === undefined) return claims;
  throw new Error(`${where}: requiredClaims ${fault}; it is ${JSON.stringify(requiredClaims)}.`);
}
