/** What goes wrong at the moment: probabilities from 0 to 1, and the longest delays. */
export interface Weather {
  /** A pushed frame is lost on its way. */
  frameLoss: number;
  /** A pushed frame comes twice. */
  frameRepetition: number;
  /** How long a frame is under way; each for itself, so that they overtake each other. */
  frameDelayMs: number;
  /** A client's request or its answer is lost, or a call of its application's server. */
  requestLoss: number;
  requestDelayMs: number;
  /** A function is gone before or after one of its steps. */
  crash: number;
  /** How long each step of a function takes. */
  stepMs: number;
  /** The gateway answers a post with 429, or too late although the frame was sent. */
  postFailure: number;
  /** DynamoDB throttles, for connections and leftovers alike. */
  throttle: number;
  /** The database cannot be reached, or not any more when it answers. */
  databaseFailure: number;
  /** A transaction commits long after its caller has given up. */
  lateCommit: number;
  /** The gateway does not call `$disconnect`. */
  missedDisconnect: number;
}

export const calm: Weather = {
  frameLoss: 0,
  frameRepetition: 0,
  frameDelayMs: 20,
  requestLoss: 0,
  requestDelayMs: 20,
  crash: 0,
  stepMs: 3,
  postFailure: 0,
  throttle: 0,
  databaseFailure: 0,
  lateCommit: 0,
  missedDisconnect: 0,
};
