/** What every notification has that exists before an attempt. */
export const existing = {
  title: 'Doors open',
  body: 'Soon.',
  idempotency_key: 'first',
  action: 'accept',
} as const;
