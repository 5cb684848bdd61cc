import { describe, expect, it, vi } from 'vitest';
import { serveMigration } from '../../functions/transport/maintenance.ts';

describe('The migration', () => {
  it.each([[{}], [null], [undefined]])('is of the stack’s own database for the event %j', async (event) => {
    const migrate = vi.fn(async () => {});
    await serveMigration(migrate)(event);
    expect(migrate).toHaveBeenCalledExactlyOnceWith({});
  });

  it('is of the restored database that is named', async () => {
    const migrate = vi.fn(async () => {});
    await serveMigration(migrate)({ restored: 'belfry-restored' });
    expect(migrate).toHaveBeenCalledExactlyOnceWith({ restored: 'belfry-restored' });
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
    expect(() => serveMigration(migrate)(event)).toThrow();
    expect(migrate).not.toHaveBeenCalled();
  });
});
