import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { serveMigration } from '../../functions/transport/maintenance.ts';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:belfry-Migrate';
/** Of a call of the function itself, or of one of its versions. The handler reads nothing else of it. */
const contextOf = (functionVersion = '$LATEST') =>
  ({ functionVersion, invokedFunctionArn: `${arn}:${functionVersion}` }) as Context;

describe('The migration', () => {
  it.each([[{}], [null], [undefined]])('is of the stack’s own database for the event %j', async (event) => {
    const migrate = vi.fn(async () => {});
    await serveMigration(migrate)(event, contextOf());
    expect(migrate).toHaveBeenCalledExactlyOnceWith({});
  });

  it('is of the restored database that is named', async () => {
    const migrate = vi.fn(async () => {});
    await serveMigration(migrate)({ restored: 'belfry-restored' }, contextOf());
    expect(migrate).toHaveBeenCalledExactlyOnceWith({ restored: 'belfry-restored' });
  });

  it('knows its deployment by the version of the function that the deployment calls', async () => {
    const migrate = vi.fn(async () => {});
    await serveMigration(migrate)({}, contextOf('3'));
    expect(migrate).toHaveBeenCalledExactlyOnceWith({ deployment: `${arn}:3` });
  });

  // The owner's password goes to the host that the identifier makes.
  it.each([
    [{ restored: 'evil.example.com' }],
    [{ restored: '' }],
    [{ restored: 7 }],
    [{ restored: 'belfry-' }],
    [{ restore: 'belfry-restored' }],
    ['belfry-restored'],
  ])('is refused as %j', (event) => {
    const migrate = vi.fn(async () => {});
    expect(() => serveMigration(migrate)(event, contextOf())).toThrow();
    expect(migrate).not.toHaveBeenCalled();
  });
});
