/** A service that a function cannot reach from every network. */
export type NamedService = 'rds' | 'execute-api';

/** Replaces host names of the cloud by local addresses in texts. In the cloud, DNS resolves these names. */
export interface LocalNames {
  /** Adds an API, which listens on a port of this machine without TLS: `https` becomes `http`, and `wss` becomes `ws`. */
  addApi(host: string, port: number): void;
  /** Adds the database, which listens on `localhost`. Its port is not part of its name. */
  addDatabase(host: string): void;
  /**
   * The text with local addresses. An API that cannot be reached gets an address that never answers, because in the
   * cloud a packet without a route is never answered. A database that cannot be reached keeps its name, which does not
   * resolve.
   */
  localize(text: string, isReachable?: (service: NamedService) => boolean): string;
}

/** `silentPort` is the port of a server that never answers. */
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
