import { NotificationError } from './error.ts';
import type { NotificationClientOptions } from './types.ts';
import { inDevelopment, warn } from './warn.ts';
import { isPage } from './wire.ts';

/**
 * The options as the client can use them: addresses without white space around them and slashes at the end, and no
 * `initialData` that is not a page of one user. `error` says what to set if they cannot work. Then the client sends
 * nothing, because an app must not lose its page to a variable that is not set.
 */
export function readOptions({ initialData, ...given }: NotificationClientOptions) {
  const apiUrl = trim(given.apiUrl);
  const webSocketUrl = trim(given.webSocketUrl);
  // Its notifications are of the user that it names.
  const isWhole =
    isPage(Object(initialData)) &&
    initialData?.data.every((row) => row?.user_id === initialData.user_id && row.metadata);
  inDevelopment(() => isWhole || initialData == null || warn('initialData', initialData));
  const canWork =
    // A path is an address too: of an API behind the page's own host. What is appended would end in a query.
    /^(https?:\/)?\/[^\s?#/][^\s?#]*$/i.test(apiUrl) &&
    /^wss?:\/\/[^\s?#/][^\s?#]*$/i.test(webSocketUrl) &&
    typeof given.getToken === 'function';
  return {
    ...given,
    apiUrl,
    webSocketUrl,
    initialData: isWhole ? initialData : undefined,
    pageSize: Number.isInteger(given.pageSize) ? given.pageSize : 20,
    error: canWork ? undefined : refuse(given),
  };
}

function refuse(given: NotificationClientOptions): NotificationError {
  const error = new NotificationError('invalid_options', 'Set apiUrl, webSocketUrl and getToken.');
  console.error(error.message);
  inDevelopment(() => {
    const { apiUrl, webSocketUrl, getToken } = given;
    // Only the type of `getToken` is named, because the value may be a token.
    console.error('belfry: They are', { apiUrl, webSocketUrl, getToken: typeof getToken });
  });
  return error;
}

/** The parameter may be undefined, because the variable of an app's environment may not be set. */
const trim = (address: unknown): string =>
  typeof address === 'string' ? address.trim().replace(/\/+$/, '') : '';
