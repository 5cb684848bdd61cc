/**
 * How long a test waits for what must come. Nothing has to be as fast as that: only a test that fails waits so long. It is
 * longer than the longest pause of a client, which is 40 seconds.
 */
export const patience = { timeout: 120_000 };
