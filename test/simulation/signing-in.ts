import type { BrowserSettings } from '../world/browser.ts';
import type { Dice } from '../world/dice.ts';
import type { Step } from './operation.ts';

/**
 * Adds to a schedule what an app may do wrong about its users: tokens that do not say whose they are, the `initialData` of
 * another user, or of an earlier page, and frames and messages that are of another user. Whatever it is, a client shows
 * nothing of another user. It takes chance from dice of its own, so that everything else in a schedule stays the same.
 */
export function addUsers(
  dice: Dice,
  { steps, users, browsers }: { steps: Step[]; users: number; browsers: BrowserSettings[] },
): void {
  for (const browser of browsers) {
    // Tabs that cannot tell users apart share nothing.
    if (!browser.canShare && dice.chance(0.4)) browser.areTokensSealed = true;
  }
  for (const { operation } of steps) {
    if (operation.kind !== 'open tab') continue;
    const canShare = browsers[operation.browser % browsers.length]?.canShare;
    if (dice.chance(0.5)) operation.initialData = { user: dice.below(users), isKept: dice.chance(0.4) };
    // Tabs share a socket only if they have the same `userId`, which must change when another user signs in.
    if (!canShare && dice.chance(0.6)) operation.userId = dice.pick(["the service's", "the app's"]);
  }
  for (let count = dice.chance(0.5) ? 1 + dice.below(3) : 0; count > 0; count -= 1) {
    const versions = dice.pick([-1, 0, 1, 1, 2, 50]);
    const operation = {
      kind: 'stray' as const,
      versions,
      isMessage: dice.chance(0.4),
      isMixed: dice.chance(0.3),
    };
    // The ids of the other steps stay, and with them their seeds.
    steps.splice(dice.below(steps.length + 1), 0, { id: 1_000 + count, afterMs: 0, operation });
  }
}
