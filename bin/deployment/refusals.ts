import type { Refusal } from './refusal.ts';
import { beforeChanges } from './refusals-before.ts';
import { leftBehind } from './refusals-left.ts';
import { refusedByAws } from './refusals-of-aws.ts';

/** Every refusal that is known, by its name. */
export const refusals = {
  ...beforeChanges,
  ...refusedByAws,
  ...leftBehind,
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof refusals;
