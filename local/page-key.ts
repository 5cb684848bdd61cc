import { createHmac } from 'node:crypto';

/**
 * The key of a page that can be any user, so that other users of this machine cannot use it. It is in the address that
 * `npm start` prints. It is derived from the secret of the tokens, so that an open page works again after a restart.
 */
export function pageKey(secret: string, page: 'demo' | 'example'): string {
  return createHmac('sha256', secret).update(`the key of the page: ${page}`).digest('base64url');
}
