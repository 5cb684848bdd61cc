import type { FeedPage } from './wire.ts';

declare const process: { env: { NODE_ENV?: string } };

/**
 * The app's `initialData`, if it can be used: a page whose notifications are all of the user that it names. A page from
 * before pages named their user has that of its notifications. Everything else is ignored: the client then loads the
 * page. Development builds say so in the console, but not of undefined and null.
 */
export function readInitialData(given: unknown): FeedPage | undefined {
  if (isPage(given)) {
    const { data, user_id = data[0]?.user_id } = given;
    if (typeof user_id === 'string' && data.every((row) => row.user_id === user_id))
      return { ...given, user_id };
    // It does not say whose it is, which was no mistake.
    if (!user_id && !data[0]) return;
  }
  if (given != null) warn(given);
  return;
}

/** Whether a value from elsewhere is an answer of `GET /notifications`, and not for example its error. */
function isPage(value: unknown): value is FeedPage {
  const { data, version, unread_count } = Object(value);
  return (
    Array.isArray(data) &&
    [version, unread_count, ...data.map((row) => row?.id)].every(Number.isInteger) &&
    data.every(
      ({ title, body, created_at, metadata }) =>
        [title, body, created_at].every((text) => typeof text === 'string') && metadata,
    )
  );
}

function warn(given: unknown): void {
  try {
    // Bundlers replace the expression. A page without a bundler has no `process`.
    if (process.env.NODE_ENV === 'production') return;
  } catch {
    return;
  }
  console.warn(
    'belfry: initialData is ignored. It is not the answer of GET /notifications for one user:',
    given,
  );
}
