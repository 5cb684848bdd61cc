/** The content of every notification that exists before an attempt. */
export const existing = { title: 'Doors open', body: 'Soon.', idempotency_key: 'first' } as const;
