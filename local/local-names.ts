/** What a function may be unable to reach from where it stands. */
export type NamedService = 'rds' | 'execute-api';

/** The addresses of the cloud and the local servers that stand for them: what DNS does there, by replacing text. */
export interface LocalNames {
  /** An API, which answers `https` and, where it is a socket API, `wss`, on a port of this machine. */
  addApi(host: string, port: number): void;
  /** The database, which answers on `localhost`; its port stands apart from its name. */
  addDatabase(host: string): void;
  /**
   * The text with local addresses. For whom an API cannot be reached, its address is one that never answers, as a
   * packet without a route is never answered; the database's name stays as it is then, and resolves nowhere.
   */
  localize(text: string, isReachable?: (service: NamedService) => boolean): string;
}

/** `silentPort` is where a server takes requests and answers none. */
export function createLocalNames({ silentPort }: { silentPort: number }): LocalNames {
  const names: { service: NamedService; host: string; local: string; unreachable: string }[] = [];
  return {
    addApi(host, port) {
      names.push({ service: 'execute-api', host, local: address(port), unreachable: address(silentPort) });
    },
    addDatabase(host) {
      names.push({ service: 'rds', host, local: 'localhost', unreachable: host });
    },
    localize: (text, isReachable = () => true) =>
      names
        .filter(({ host }) => text.includes(host))
        .reduce((result, { service, host, local, unreachable }) => {
          const to = isReachable(service) ? local : unreachable;
          return result
            .replaceAll(`https://${host}`, `http://${to}`)
            .replaceAll(`wss://${host}`, `ws://${to}`)
            .replaceAll(host, to);
        }, text),
  };
}

function address(port: number): string {
  return `127.0.0.1:${port}`;
}
