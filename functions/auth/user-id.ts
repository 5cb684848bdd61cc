import { v5 } from 'uuid';
import { text, uuid } from '../core/fields.ts';
import { limits } from '../core/limits.ts';

const externalId = text(limits.externalUserIdLength);

/**
 * The user id that a token's claim names; undefined where it names none. A UUID is the user id itself. With a namespace,
 * any other text of 1 to 255 characters is mapped to its UUIDv5 (RFC 9562, section 5.5), and so are UUIDs of version 5:
 * otherwise whoever can choose their name at the issuer could choose the id that somebody else's is mapped to.
 */
export function toUserId(claim: unknown, namespace?: string): string | undefined {
  const id = uuid.safeParse(claim);
  if (namespace === undefined) return id.data;
  if (id.success && !isMapped(id.data)) return id.data;
  const external = externalId.safeParse(claim);
  return external.success ? v5(id.data ?? external.data, namespace) : undefined;
}

const isMapped = (id: string) => id[14] === '5';
