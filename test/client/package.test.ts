import { describe, expect, it } from 'vitest';
import { createNotificationClient } from '../../client/src/index.ts';

describe('the package', () => {
  it('has a client', () => {
    expect(createNotificationClient).toBeTypeOf('function');
  });
});
