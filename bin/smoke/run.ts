import type { Api } from './api.ts';
import type { ChosenDoor } from './doors.ts';
import type { Installation } from './installation.ts';
import type { TokenSource } from './token.ts';

/** What to check, and how. */
export interface RunOptions {
  installation: Installation;
  door: ChosenDoor;
  /** The origin of the page that the check acts as. Undefined: a program without one. */
  origin: string | undefined;
  /** How long each step waits at most. */
  waitMs: number;
  /** Where the tokens of the check come from. May throw Failure. */
  findTokens: () => Promise<TokenSource>;
}

/** What every step of one run knows. */
export interface Run extends RunOptions {
  api: Api;
  /** In the metadata of the notification that this run creates. */
  smokeId: string;
  /** Tells the person what the running step waits for. */
  note: (text: string) => void;
}
