/** Why a step failed, and what to do next. Neither text has a token or a secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Each a likely cause with its remedy, the likeliest first. */
  readonly remedies: readonly string[];

  constructor(message: string, remedies: readonly string[]) {
    super(message);
    this.remedies = remedies;
  }
}
