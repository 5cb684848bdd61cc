/** An arm of the bundle that the variable names. Without an event it does nothing, so that this can be measured in the same process. */
import { pathToFileURL } from 'node:url';

const { CROWD_BUNDLE = '' } = process.env;
const { handler: serve } = await import(pathToFileURL(CROWD_BUNDLE).href);

export const handler = (event: object | null, context: unknown): unknown =>
  event === null ? undefined : serve(event, context);
