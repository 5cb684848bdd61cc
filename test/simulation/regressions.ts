import type { Schedule } from './schedule.ts';

/** Schedules that once broke a promise, shrunk, each with the mistake that they found. */
export const regressions: readonly { name: string; schedule: Schedule }[] = [];
