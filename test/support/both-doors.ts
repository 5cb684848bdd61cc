import { type Installation, UpgradeRefused } from './installation.ts';

/** What the two doors answer that look at tokens. */
export interface DoorAnswers {
  http: number;
  /** 101: the socket is open. */
  socket: number | undefined;
}

/** Both doors open, or both answer 401. */
export const opened: DoorAnswers = { http: 200, socket: 101 };
export const refused: DoorAnswers = { http: 401, socket: 401 };

/** Shows a token at both doors: the HTTP API by its authorizer, and `$connect`. */
export async function atBothDoors(belfry: Installation, token: string): Promise<DoorAnswers> {
  const [http, socket] = await Promise.all([atHttp(belfry, token), atSocket(belfry, token)]);
  return { http, socket };
}

export async function atHttp(belfry: Installation, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await belfry.request('/notifications/unread-count', { headers })).status;
}

export const atSocket = (belfry: Installation, token: string): Promise<number | undefined> =>
  atSocketBy(belfry, { search: `token=${encodeURIComponent(token)}` });

/** What an upgrade is answered that is asked for in this way; a socket that opens is closed again. */
export async function atSocketBy(
  belfry: Installation,
  options: Parameters<Installation['connect']>[1],
): Promise<number | undefined> {
  try {
    const socket = await belfry.connect('', options);
    await socket.close();
    return 101;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
}
