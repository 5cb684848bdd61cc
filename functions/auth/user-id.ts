import { v5 } from 'uuid';
import { text, uuid } from '../core/fields.ts';
import { limits } from '../core/limits.ts';

const externalId = text(limits.externalUserIdLength);

/**
 * The user id of a token's claim; undefined if the claim is no user id. A UUID is the user id itself. With a namespace, any
 * other text of 1 to 255 characters is mapped to its UUIDv5 (RFC 9562, section 5.5), and a whole number to that of its
 * decimal digits. A number beyond ±9007199254740991 is no user id: it has lost its last digits, and several users would have
 * one inbox. UUIDs of version 5 are mapped too: otherwise a user who can choose a name at the issuer could choose the id
 * that another user's name is mapped to.
 */
export function toUserId(claim: unknown, namespace?: string): string | undefined {
  const id = uuid.safeParse(claim);
  if (namespace === undefined) return id.data;
  if (id.success && !isMapped(id.data)) return id.data;
  const external = externalId.safeParse(Number.isSafeInteger(claim) ? String(claim) : claim);
  return external.success ? v5(id.data ?? external.data, namespace) : undefined;
}

const isMapped = (id: string) => id[14] === '5';
