import { NotificationError } from './error.ts';
import { readInitialData } from './initial-data.ts';
import type { NotificationClientOptions } from './types.ts';

/**
 * The options as the client can use them: addresses without white space around them and slashes at the end, null like
 * undefined, and no `initialData` that is not a page of one user. `error` says which options are wrong. Then the client
 * sends nothing, because an app must not lose its page to a variable that is not set.
 */
export function readOptions(given: NotificationClientOptions): {
  options: NotificationClientOptions;
  error: NotificationError | undefined;
} {
  const options = {
    ...given,
    apiUrl: trim(given.apiUrl),
    webSocketUrl: trim(given.webSocketUrl),
    userId: given.userId || undefined,
    initialData: readInitialData(given.initialData),
  };
  const refuse = (name: 'apiUrl' | 'webSocketUrl', beginnings: string, pattern: RegExp) =>
    pattern.test(options[name])
      ? ''
      : `${name} must begin with ${beginnings}, but is ${JSON.stringify(options[name])}. `;
  const wrong =
    // A path is an address too: of an API behind the page's own host. What is appended would end in a query.
    refuse('apiUrl', 'https:// or http://', /^(https?:\/)?\/[^\s?#/][^\s?#]*$/i) +
    refuse('webSocketUrl', 'wss:// or ws://', /^wss?:\/\/[^\s?#/][^\s?#]*$/i) +
    // Its value may be a token.
    (typeof given.getToken === 'function'
      ? ''
      : `getToken must be a function, but is ${typeof given.getToken}. `);
  return { options, error: wrong ? new NotificationError('invalid_options', wrong.trim()) : undefined };
}

/** The parameter may be undefined, because the variable of an app's environment may not be set. */
const trim = (value: string): string =>
  typeof value === 'string' ? value.trim().replace(/\/+$/, '') : value;
