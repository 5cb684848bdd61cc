import * as z from 'zod/mini';
import { notificationType } from './fields.ts';
import { limits } from './limits.ts';
import { expected } from './parse.ts';

/** Types by which a list, or a change of many, is narrowed down. */
export const filteredTypes = z.array(notificationType, expected('an array of types')).check(
  z.overwrite((types) => [...new Set(types)]),
  z.refine((types) => types.length >= 1 && types.length <= limits.filteredTypes, {
    error: `must name 1 to ${limits.filteredTypes} types`,
  }),
);
