import type { Dice } from '../world/dice.ts';
import { calm, type Weather } from '../world/weather.ts';

/**
 * Whether everything may go wrong; or no frame is lost, and only late, twice and in disorder, so that every page must be
 * right as soon as it is quiet; or nothing at all is wrong.
 */
export type Climate = 'stormy' | 'orderly' | 'clear';

/** Each fault is there or not, and seldom or often. */
export function createWeather(dice: Dice): Weather {
  const some = (most: number) => (dice.chance(0.45) ? dice.random() * most : 0);
  return {
    ...calm,
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
