import { NotificationError } from './error.ts';
import type { NotificationClientOptions } from './types.ts';
import { warn } from './warn.ts';
import { type FeedPage, isInboxState } from './wire.ts';

/**
 * The options as the client can use them: addresses without white space around them and slashes at the end, and no
 * `initialData` that is not a page of one user. `error` says which options are wrong. Then the client sends nothing,
 * because an app must not lose its page to a variable that is not set.
 */
export function readOptions(given: NotificationClientOptions): {
  options: NotificationClientOptions;
  error: NotificationError | undefined;
} {
  const apiUrl = trim(given.apiUrl);
  const webSocketUrl = trim(given.webSocketUrl);
  const refuse = (name: string, value: string, pattern: RegExp) =>
    pattern.test(value) ? '' : `${name} cannot be ${JSON.stringify(value)}. `;
  const wrong =
    // A path is an address too: of an API behind the page's own host. What is appended would end in a query.
    refuse('apiUrl', apiUrl, /^(https?:\/)?\/[^\s?#/][^\s?#]*$/i) +
    refuse('webSocketUrl', webSocketUrl, /^wss?:\/\/[^\s?#/][^\s?#]*$/i) +
    // Only the type is named, because the value may be a token.
    refuse('getToken', typeof given.getToken, /^function$/);
  return {
    options: { ...given, apiUrl, webSocketUrl, initialData: readInitialData(given.initialData) },
    error: wrong ? new NotificationError('invalid_options', wrong.trim()) : undefined,
  };
}

/** The parameter may be undefined, because the variable of an app's environment may not be set. */
const trim = (value: string): string =>
  typeof value === 'string' ? value.trim().replace(/\/+$/, '') : value;

/** A page whose notifications are all of the user that it names. An old page has the user of its notifications. */
function readInitialData(given: FeedPage | undefined): FeedPage | undefined {
  if (given == null) return;
  try {
    const { data, user_id = data[0]?.user_id } = given;
    const page = { ...given, user_id } as FeedPage;
    if (
      isInboxState(page) &&
      typeof user_id === 'string' &&
      data.every((row) => row.user_id === user_id && row.metadata)
    )
      return page;
  } catch {
    // It is something else, for example an error.
  }
  warn('initialData', given);
  return;
}
