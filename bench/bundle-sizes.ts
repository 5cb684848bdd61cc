/**
 * The most bytes that the bundle of each function may have. Importing takes time with each byte, at every cold start. When a
 * bundle shrinks, lower its budget to about 2 % above the new size. The table of the labels of metrics is 0.5 kB of each.
 */
export const bundleBudgets: Readonly<Record<string, number>> = {
  'authorize-request': 55_500,
  connect: 236_100,
  'count-connections': 148_300,
  'create-notification': 340_400,
  'deliver-notification': 208_400,
  disconnect: 148_300,
  message: 4_200,
  // 3 kB of it migrate statement by statement and look for removed scopes. It runs once for a deployment, and no user waits for it.
  migrate: 133_500,
  'publish-events': 22_000,
  'purge-expired': 112_100,
  'read-notifications': 153_500,
  tick: 317_600,
  'update-notifications': 327_800,
};
