import { NotificationError } from './error.ts';
import { readInitialData } from './initial-data.ts';
import type { NotificationClientOptions } from './types.ts';

/**
 * The options as the client can use them: addresses without white space around them and slashes at the end, null like
 * undefined, and no `initialData` that is not a page of one user. `error` says which options are wrong. Then the client sends nothing,
 * because an app must not lose its page to a variable that is not set.
 */
export function readOptions(options: NotificationClientOptions): {
  options: NotificationClientOptions;
  error: NotificationError | undefined;
} {
  const apiUrl = addressOf(options.apiUrl);
  const webSocketUrl = addressOf(options.webSocketUrl);
  const { getToken, initialData, userId } = options;
  const wrong = [
    // A path is an address too: of an API behind the page's own host.
    !isAddress(apiUrl, /^(https?:\/)?\/[^/]/i) &&
      `apiUrl must begin with https:// or http://, but is ${print(apiUrl)}.`,
    !isAddress(webSocketUrl, /^wss?:\/\/[^/]/i) &&
      `webSocketUrl must begin with wss:// or ws://, but is ${print(webSocketUrl)}.`,
    typeof getToken !== 'function' &&
      `getToken must be a function, but is ${getToken ? `a ${typeof getToken}` : getToken}.`,
  ].filter(Boolean);
  return {
    options: {
      ...options,
      apiUrl,
      webSocketUrl,
      userId: userId || undefined,
      initialData: readInitialData(initialData),
    },
    error: wrong[0] ? new NotificationError('invalid_options', wrong.join(' ')) : undefined,
  };
}

/** Not typed as a text, because the variable of an app's environment may not be set. */
const addressOf = (value: string) => (typeof value === 'string' ? value.trim().replace(/\/+$/, '') : value);

/** What is appended to an address would end in its query. */
function isAddress(value: string, beginning: RegExp): boolean {
  try {
    return beginning.test(value) && !/[?#]/.test(value) && !!new URL(value, 'http://page');
  } catch {
    return false;
  }
}

const print = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));
