/** What each notification says that is there before an attempt, whoever owns it. */
export const existing = { title: 'Doors open', body: 'Soon.', idempotency_key: 'first' } as const;
