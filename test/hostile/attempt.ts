import type { RouteKey } from '../../functions/transport/route-keys.ts';
import type { OriginKind, TokenKind } from './credentials.ts';
import type { Verdict } from './part.ts';

/** Stand in a path or a body for what only the run knows: the sender's notification, another user's, another user. */
export const placeholders = { ownId: '{own}', otherId: '{other}', otherUser: '{other user}' } as const;

/** A request of the HTTP API. */
export interface HttpAttempt {
  door: 'http';
  verdict: Verdict;
  /** Undefined where there is none for it. */
  route: RouteKey | undefined;
  method: string;
  /** Encoded, but for placeholders. */
  path: string;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  token: TokenKind;
  scope: string;
  /** Undefined: none. */
  body: string | Uint8Array | undefined;
}

/** What comes in by a door of IAM: a direct invocation's payload, an event's detail, or a message's body. */
export interface DoorAttempt {
  door: 'invoke' | 'event' | 'message';
  verdict: Verdict;
  text: string;
}

/** A socket that is to be opened. */
export interface ConnectAttempt {
  door: 'connect';
  verdict: Verdict;
  token: TokenKind;
  /** Where the token is. */
  place: 'url' | 'subprotocol' | 'both';
  origin: OriginKind;
  /** Further parameters of the address. */
  query: [name: string, value: string][];
}

/** What a client says on an open socket. */
export interface FrameAttempt {
  door: 'frame';
  verdict: Verdict;
  text: string;
}

export type Attempt = HttpAttempt | DoorAttempt | ConnectAttempt | FrameAttempt;
