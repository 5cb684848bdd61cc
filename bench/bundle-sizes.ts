/**
 * The most bytes that the bundle of each function may have. Importing takes time with each byte, at every cold start. When a
 * bundle shrinks, lower its budget to about 2 % above the new size.
 */
export const bundleBudgets: Readonly<Record<string, number>> = {
  'authorize-request': 54_900,
  connect: 288_900,
  'count-connections': 197_200,
  'create-notification': 394_400,
  'deliver-notification': 256_500,
  disconnect: 197_300,
  message: 3_400,
  migrate: 149_400,
  'purge-expired': 133_600,
  'read-notifications': 165_200,
  'update-notifications': 381_200,
};
