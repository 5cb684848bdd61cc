import { v5 } from 'uuid';
import type { KeptUuids } from '../core/deployment.ts';
import { text, uuid } from '../core/fields.ts';
import { limits } from '../core/limits.ts';

const externalId = text(limits.externalUserIdLength);

/** How user ids become UUIDs. */
export interface UserIdRules {
  /** The namespace UUID that maps user ids to UUIDs. Without it, one that is not kept is refused. */
  userIdNamespace?: string | undefined;
  keptUuids: KeptUuids;
}

/**
 * The user id of a token's claim; undefined if the claim is no user id. A UUID is the user id itself, if it is one of those
 * that are kept. With a namespace, any other text of 1 to 255 characters is mapped to its UUIDv5 (RFC 9562, section 5.5),
 * and a whole number to that of its decimal digits. A number beyond ±9007199254740991 is no user id: it has lost its last
 * digits, and several users would have one inbox. Where names are mapped, no UUID of version 5 is kept: otherwise a user who
 * can choose a name at an issuer could choose the id that another user's name is mapped to.
 */
export function toUserId(
  claim: unknown,
  { userIdNamespace: namespace, keptUuids }: UserIdRules,
): string | undefined {
  const id = uuid.safeParse(claim);
  if (id.success && isKept(id.data, keptUuids)) return id.data;
  if (namespace === undefined) return undefined;
  const external = externalId.safeParse(Number.isSafeInteger(claim) ? String(claim) : claim);
  return external.success ? v5(id.data ?? external.data, namespace) : undefined;
}

const isKept = (id: string, kept: KeptUuids) => kept === 'all' || (kept === 'unmapped' && id[14] !== '5');
