/** The addresses of the cloud and the local servers that stand for them: what DNS does there, by replacing text. */
export interface LocalNames {
  /** An API, which answers `https` and, where it is a socket API, `wss`, on a port of this machine. */
  addApi(host: string, port: number): void;
  /** The database, which answers on `localhost`; its port stands apart from its name. */
  addDatabase(host: string): void;
  /**
   * The text with local addresses. Where the database cannot be reached its name stays as it is, and resolves
   * nowhere: a connection to it fails, as it would in the cloud.
   */
  localize(text: string, isDatabaseReachable?: () => boolean): string;
}

export function createLocalNames(): LocalNames {
  const apis: [cloud: string, local: string][] = [];
  const databases: string[] = [];
  return {
    addApi(host, port) {
      const local = `127.0.0.1:${port}`;
      apis.push([`https://${host}`, `http://${local}`], [`wss://${host}`, `ws://${local}`], [host, local]);
    },
    addDatabase: (host) => void databases.push(host),
    localize(text, isDatabaseReachable = () => true) {
      const named = databases.filter((host) => text.includes(host) && isDatabaseReachable());
      const replacements = [...apis, ...named.map((host) => [host, 'localhost'] as const)];
      return replacements.reduce((result, [cloud, local]) => result.replaceAll(cloud, local), text);
    },
  };
}
