import * as z from 'zod/mini';
import { uuid } from './fields.ts';
import { limits } from './limits.ts';
import { expected, isGiven, isObject } from './parse.ts';

const wrongNumber = { error: `must name 1 to ${limits.recipients} users` };

const distinctUsers = z.array(uuid, expected('an array of UUIDs')).check(
  z.overwrite((ids) => [...new Set(ids)]),
  z.refine((ids) => ids.length >= 1 && ids.length <= limits.recipients, wrongNumber),
);

// zod checks every element before it checks the length. For a list of 100,000 that is too slow.
const recipients = z.pipe(
  z.custom<string[]>((value) => !Array.isArray(value) || value.length <= limits.rawRecipients, wrongNumber),
  distinctUsers,
);

/** The fields by which a command names its recipients: exactly one of them. */
export const recipientFields = { user_id: z.nullish(uuid), user_ids: z.nullish(recipients) };

type GivenRecipients = z.output<z.ZodMiniObject<typeof recipientFields>>;

/** The check of a command that it names either one user or several. */
export const namesRecipients = exactlyOne('user_id', 'user_ids');

/**
 * The check of an object that exactly one of two fields is given.
 * @returns a check whose mistake is at the first field
 */
export function exactlyOne<First extends string, Second extends string>(first: First, second: Second) {
  return z.refine<{ [Key in First | Second]?: unknown }>(
    (command) => isGiven(command[first]) !== isGiven(command[second]),
    {
      error: ({ input }) =>
        `${isGiven(Object(input)[first]) ? `cannot be combined with ${second}` : 'is missing'}; ` +
        `set exactly one of ${first} and ${second}`,
      path: [first],
      when: isAnyObject,
    },
  );
}

/**
 * For the option `when` of the check of an object. By default zod skips such a check if a field is wrong, and one refusal
 * must name every mistake.
 */
export function isAnyObject({ value }: { value: unknown }): boolean {
  return isObject(value);
}

/** Whom a command is for. */
export interface Recipients {
  /** 1 to 500 distinct lower-case UUIDs. */
  user_ids: string[];
  /** Whether the command named `user_ids`. The answer is then a list, even for one recipient. */
  is_batch: boolean;
}

/** The recipients that a checked command names. */
export const toRecipients = ({ user_id, user_ids }: GivenRecipients): Recipients => ({
  user_ids: user_ids ?? [user_id ?? []].flat(),
  is_batch: isGiven(user_ids),
});
