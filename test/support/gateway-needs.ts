import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What MiniStack does instead of what the test needs. The test is skipped there. */
    ministackCannot?: string;
  }
}

const needed = (ministackCannot: string): TestOptions => ({ meta: { ministackCannot } });

/**
 * What API Gateway and Lambda do and MiniStack 1.5.33 does not. A black-box test that needs one of these takes it as its
 * options: `it('is refused with 401', refusalStatus, …)`. With another version of MiniStack, run
 * `MINISTACK_CANNOT=try npm run test:emulator`, and delete what no test needs any more.
 */
export const refusalStatus = needed(
  'MiniStack answers a refused $connect with 403, whatever status the function chose.',
);

export const chosenSubprotocol = needed(
  'MiniStack accepts a socket without the subprotocol that the function names.',
);

export const errorType = needed(
  'MiniStack gives each failed invocation the errorType Runtime.HandlerError, whatever was thrown.',
);

export const encodedSlash = needed(
  'MiniStack decodes a path before it looks for the route, so that an id with %2F leads to its own 404.',
);

export const bytesOfBody = needed(
  'MiniStack replaces invalid UTF-8 in a body by U+FFFD before the function sees it.',
);

export const anyAction = needed(
  'MiniStack takes a message whose action is $connect or $disconnect for that event, and does not answer.',
);

export const corsOfItsOwnAnswers = needed('MiniStack adds no CORS header to its own 404.');
