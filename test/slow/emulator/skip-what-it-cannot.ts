import { beforeEach } from 'vitest';
import '../../support/gateway-needs.ts';

// MINISTACK_CANNOT=try runs these tests too, to see which of them another version of MiniStack passes.
beforeEach(({ task, skip }) => {
  const { ministackCannot } = task.meta;
  if (ministackCannot !== undefined && process.env.MINISTACK_CANNOT !== 'try') skip(ministackCannot);
});
