import * as z from 'zod/mini';
import { notificationId, position } from './fields.ts';
import { limits } from './limits.ts';
import type { Mark } from './notification-repository.ts';
import { expected, parse } from './parse.ts';
import { type Action, actions } from './status.ts';

/** The body of `POST /notifications/mark`. */
export const marksSchema = z
  .strictObject(
    {
      action: z.enum(actions, {
        error: ({ input }) => (input === undefined ? 'is required' : `must be one of ${actions.join(', ')}`),
      }),
      ids: z.array(notificationId, expected('an array of ids')).check(
        z.refine(
          (ids) => {
            const { size } = new Set(ids);
            return size >= 1 && size <= limits.marks;
          },
          { error: `must name 1 to ${limits.marks} notifications` },
        ),
      ),
      positions: z.optional(z.array(position, expected('an array of positions'))),
    },
    { error: 'The body must be a JSON object' },
  )
  .check(
    z.refine(({ ids, positions }) => positions === undefined || positions.length === ids.length, {
      error: 'must have one position for each id, in the order of ids',
      path: ['positions'],
    }),
  );

/** An action on several notifications. */
export interface Marks {
  action: Action;
  /** 1 to 100 with distinct ids. */
  marks: Mark[];
}

/**
 * Reads an action on several notifications. A repeated id counts once, with the position that comes first.
 * @throws ValidationError naming every field that is wrong or unknown
 */
export function parseMarks(body: unknown): Marks {
  const { action, ids, positions } = parse(marksSchema, body);
  const marks = new Map<number, Mark>();
  for (const [index, id] of ids.entries()) {
    if (!marks.has(id)) marks.set(id, { id, position: positions?.[index] ?? null });
  }
  return { action, marks: [...marks.values()] };
}
