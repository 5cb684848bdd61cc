import { Unavailable } from '../../functions/core/errors.ts';
import type { Dice } from './dice.ts';

/**
 * Whether everything may go wrong; or no frame is lost, and only late, twice and in disorder, so that every page must be
 * right as soon as it is quiet; or nothing at all is wrong.
 */
export type Climate = 'stormy' | 'orderly' | 'clear';

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
  /** DynamoDB throttles, for connections and pending deliveries alike. */
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

/** Each fault is there or not, and seldom or often. */
export function createWeather(dice: Dice): Weather {
  const some = (most: number) => (dice.chance(0.45) ? dice.random() * most : 0);
  return {
    frameLoss: some(0.5),
    frameRepetition: some(0.5),
    frameDelayMs: dice.chance(0.4) ? dice.below(1_500) : calm.frameDelayMs,
    requestLoss: some(0.3),
    requestDelayMs: dice.chance(0.4) ? dice.below(2_500) : calm.requestDelayMs,
    crash: some(0.5),
    stepMs: dice.chance(0.3) ? dice.below(400) : calm.stepMs,
    postFailure: some(0.6),
    throttle: some(0.3),
    databaseFailure: some(0.3),
    lateCommit: some(0.3),
    missedDisconnect: some(1),
  };
}

/** No frame is lost, but everything takes its time. */
export const createOrderlyWeather = (dice: Dice): Weather => ({
  ...calm,
  frameRepetition: dice.chance(0.5) ? 0.3 : 0,
  frameDelayMs: dice.pick([20, 300, 1_500]),
  requestDelayMs: dice.pick([20, 300, 1_000]),
  requestLoss: dice.chance(0.3) ? 0.3 : 0,
  stepMs: dice.pick([3, 50, 300]),
});

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
