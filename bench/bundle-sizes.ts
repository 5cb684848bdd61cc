/**
 * The most bytes that the bundle of each function may have. Importing takes time with each byte, at every cold start. When a
 * bundle shrinks, lower its budget to about 2 % above the new size.
 */
export const bundleBudgets: Readonly<Record<string, number>> = {
  'authorize-request': 54_900,
  connect: 236_100,
  'count-connections': 148_300,
  'create-notification': 320_500,
  'deliver-notification': 203_700,
  disconnect: 148_300,
  message: 3_400,
  // 3 kB of it migrate statement by statement and look for removed scopes. It runs once for a deployment, and no user waits for it.
  migrate: 130_300,
  'purge-expired': 112_100,
  'read-notifications': 144_700,
  'update-notifications': 307_400,
};
