import React, {
  createContext,
  type ReactElement,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
} from 'react';
import { createNotificationClient } from '../client.ts';
import type { NotificationClient, NotificationClientOptions } from '../types.ts';
import type { FeedPage } from '../wire.ts';

/** Where components find the client. */
interface Source {
  /** A hook. It suspends the component while the promised first page is not there. */
  useClient(): NotificationClient;
  /** Keeps the client live, from the time that there is one. Answers a function that ends this. */
  start(): () => void;
  /** What a part shows until then. Undefined if nothing is promised. */
  meanwhile?: Source;
}

const SourceContext = createContext<Source | null>(null);

/** A client that the app has made, or the options to make one. */
export type NotificationProviderProps = { children?: ReactNode } & (
  | { client: NotificationClient }
  | ProviderOptions
);

type ProviderOptions = Omit<NotificationClientOptions, 'initialData'> & {
  /**
   * The answer of `GET /notifications` to the server that rendered the page, or a promise of it, so that the page does not
   * wait. Nothing in the page waits for the promise but the components that show notifications. If it rejects, or resolves
   * to anything else, the client loads its first page by itself.
   */
  initialData?: FeedPage | PromiseLike<FeedPage | undefined> | undefined;
};

/**
 * Gives a client to everything inside, and keeps it live while it is mounted.
 *
 * With options, it makes the client once, and a new one if `apiUrl`, `webSocketUrl`, `userId` or `scope` change, with the
 * `initialData` of that time. What is inside stays mounted. `getToken` and `onSessionExpired` may be other
 * functions in each render.
 *
 * If `initialData` is a promise, the bell and the inbox show that they are loading until it settles, and a server that
 * renders to a stream sends their content later. The hooks suspend: put `<Suspense>` around the components that use them.
 *
 * With a `client` of your own, call its `stop` at sign-out and its `start` after the next sign-in.
 *
 * @example
 * <NotificationProvider apiUrl={apiUrl} webSocketUrl={webSocketUrl} userId={user.id} getToken={getToken}>
 *   <NotificationBell />
 * </NotificationProvider>
 */
export function NotificationProvider({ children, ...props }: NotificationProviderProps): ReactElement {
  // The type of the result is written down: the inferred one needs a default import of React in the declarations.
  // The cast: it has either the client or the options.
  const { client, ...options } = props as ProviderOptions & { client?: NotificationClient };
  const { apiUrl, webSocketUrl, userId, scope, getToken, onSessionExpired } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other options count when a client is made
  const { source, latest } = useMemo(() => {
    // Each client has its own `latest`, so that a client that was replaced never asks for the next user's token.
    const latest: Pick<ProviderOptions, 'getToken' | 'onSessionExpired'> = { getToken, onSessionExpired };
    const source =
      typeof client?.getSnapshot === 'function'
        ? sourceOf(client)
        : sourceFrom({
            ...options,
            // The client refuses what is not a function.
            getToken: typeof getToken === 'function' ? (request) => latest.getToken(request) : getToken,
            onSessionExpired: (error) => latest.onSessionExpired?.(error),
          });
    return { latest, source };
  }, [client, apiUrl, webSocketUrl, userId || undefined, scope]);
  useEffect(() => {
    Object.assign(latest, { getToken, onSessionExpired });
  });
  useEffect(() => source.start(), [source]);
  return <SourceContext.Provider value={source}>{children}</SourceContext.Provider>;
}

const sourceOf = (client: NotificationClient): Source => ({ useClient: () => client, start: client.start });

function sourceFrom({ initialData, ...options }: ProviderOptions): Source {
  const make = (page?: FeedPage) => createNotificationClient({ ...options, initialData: page });
  if (!isPromise(initialData)) return sourceOf(make(initialData));
  const promise = caught(initialData);
  let made: NotificationClient | undefined;
  const clientWith = (page: FeedPage | undefined) => {
    made ??= make(page);
    return made;
  };
  return {
    // A named import of `use` would break builds with React 18, which has none. There the client loads by itself.
    useClient: () => clientWith(React.use?.(promise)),
    start() {
      let isWanted = true;
      const started = promise.then((page) => (isWanted ? clientWith(page).start() : undefined));
      return () => {
        isWanted = false;
        started.then((end) => end?.());
      };
    },
    meanwhile: sourceOf(make()),
  };
}

/** Whether it can be awaited. What a server passes to a browser by React is no `Promise`, but has `then`. */
function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof Object(value).then === 'function';
}

/** React begins again after it has waited, and must find the same promise. */
const known = new WeakMap<object, Promise<FeedPage | undefined>>();

/** A promise that is undefined if the given one rejects: the same for the same one. */
function caught(promise: PromiseLike<FeedPage | undefined>): Promise<FeedPage | undefined> {
  const safe = known.get(promise) ?? Promise.resolve(promise).catch(() => undefined);
  known.set(promise, safe);
  return safe;
}

/**
 * Shows the children with an empty inbox that is loading until a promised first page is there. Nothing else has to wait,
 * and an app does not have to put `<Suspense>` around the bell.
 */
export function Promised({ children }: { children: ReactNode }) {
  const meanwhile = useContext(SourceContext)?.meanwhile;
  if (!meanwhile) return children;
  return (
    <Suspense fallback={<SourceContext.Provider value={meanwhile}>{children}</SourceContext.Provider>}>
      {children}
    </Suspense>
  );
}

/**
 * The client of the nearest `NotificationProvider`. Suspends while its promised `initialData` is not there.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const client = useNotificationClient();
 * const signOut = () => client.stop();
 */
export function useNotificationClient(): NotificationClient {
  const source = useContext(SourceContext);
  if (!source) throw new Error('Put a NotificationProvider around the app.');
  return source.useClient();
}
