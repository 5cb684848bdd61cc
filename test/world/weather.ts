import { Unavailable } from '../../functions/core/errors.ts';

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
  /** How long a message between tabs is under way. */
  messageDelayMs: number;
  /** A function is gone before or after one of its steps. */
  crash: number;
  /** How long each step of a function takes. */
  stepMs: number;
  /** The gateway answers a post with 429, or too late although the frame was sent. */
  postFailure: number;
  /** DynamoDB throttles, for connections and pending deliveries alike. */
  throttle: number;
  /** The database cannot be reached, or not any more when it answers. */
  databaseFailure: number;
  /** Another writer has an inbox when the tick wants it. */
  busyInbox: number;
  /** By how much the clock of a function may be behind. */
  clockBehindMs: number;
  /** A transaction commits long after its caller has given up. */
  lateCommit: number;
  /** The gateway does not call `$disconnect`. */
  missedDisconnect: number;
  /** Every request fails at once, and sockets are silent without an end. */
  isUnreachable: boolean;
  /** Upgrades are refused, while requests work. */
  refusesSockets: boolean;
}

export const calm: Weather = {
  frameLoss: 0,
  frameRepetition: 0,
  frameDelayMs: 20,
  requestLoss: 0,
  requestDelayMs: 20,
  messageDelayMs: 1,
  crash: 0,
  stepMs: 3,
  postFailure: 0,
  throttle: 0,
  databaseFailure: 0,
  busyInbox: 0,
  clockBehindMs: 0,
  lateCommit: 0,
  missedDisconnect: 0,
  isUnreachable: false,
  refusesSockets: false,
};

/** Nothing is wrong, and nothing takes any time. */
export const still: Weather = { ...calm, frameDelayMs: 0, requestDelayMs: 0, messageDelayMs: 0, stepMs: 0 };

/** The database cannot be reached, or does not answer in time. */
export class Outage extends Unavailable {
  constructor() {
    super('The database');
    this.name = 'Outage';
  }
}

/** DynamoDB is asked for too much at once. */
export class Throttled extends Error {
  constructor() {
    super('The throughput that is provisioned is exceeded.');
    this.name = 'Throttled';
  }
}
