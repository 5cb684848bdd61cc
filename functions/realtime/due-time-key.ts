/** The key of the only item of the table of due times. */
export const dueTimeKey = { name: 'tick' };
