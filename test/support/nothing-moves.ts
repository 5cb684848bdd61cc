/**
 * Runs in a page: waits until nothing fades or moves any more, so that colours and places are what they stay. An animation
 * also ends if its element goes.
 */
export async function nothingMoves(): Promise<void> {
  const running = () => document.getAnimations().filter(({ playState }) => playState === 'running');
  while (running().length > 0) await Promise.allSettled(running().map(({ finished }) => finished));
}
