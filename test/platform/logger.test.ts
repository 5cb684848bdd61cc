import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../functions/platform/logger.ts';

/** What is printed while `run` runs. */
function printedBy(run: () => void): string {
  const chunks: string[] = [];
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  run();
  write.mockRestore();
  return chunks.join('');
}

/** What one log line says of an error. */
const logged = (error: unknown) =>
  JSON.parse(printedBy(() => logger.error('create_failed', { error }))).error;

afterEach(() => vi.restoreAllMocks());

describe('The logger', () => {
  it('writes one JSON object a line', () => {
    const printed = printedBy(() => {
      logger.info('retention_run', { count: 2 });
      logger.error('create_failed', { detail: 'two\nlines' });
    });
    const lines = printed.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { timestamp: expect.any(String), level: 'INFO', message: 'retention_run', count: 2 },
      { timestamp: expect.any(String), level: 'ERROR', message: 'create_failed', detail: 'two\nlines' },
    ]);
  });

  it('writes nothing that a terminal obeys, and loses nothing', () => {
    const special = fc.constantFrom('\u009b2J', '\u202e', '\u007f', '\u001b[31m');
    const text = fc
      .tuple(
        fc.string({ unit: fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code)) }),
        special,
      )
      .map((parts) => parts.join(''));
    const reasons = fc.sample(text, 200);
    const printed = printedBy(() => {
      for (const reason of reasons) logger.info('create_refused', { reason });
    });
    const lines = printed.trimEnd().split('\n');
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
    expect(lines.map((line) => JSON.parse(line).reason)).toEqual(reasons);
  });

  it('writes the time that Lambda wants before it believes the level', () => {
    const { timestamp } = JSON.parse(printedBy(() => logger.error('create_failed')));
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('says what an error is', () => {
    const error = new RangeError('too far');
    expect(logged(error)).toEqual({ name: 'RangeError', message: 'too far', stack: error.stack });
  });

  it('hides the other properties of an error', () => {
    const error = Object.assign(new Error('refused'), {
      detail: 'Key (title)=(secret)',
      parameters: ['secret'],
    });
    expect(Object.keys(logged(error))).toEqual(['name', 'message', 'stack']);
  });

  it('says why something cannot be reached, and hides the rest of the cause too', () => {
    const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED', password: 'secret' });
    expect(logged(new Error('The database cannot be reached', { cause })).cause).toEqual({
      name: 'Error',
      message: 'connect refused',
      code: 'ECONNREFUSED',
      stack: cause.stack,
    });
  });

  it('hides a cause that is no error', () => {
    expect(logged(new Error('refused', { cause: { title: 'secret' } }))).not.toHaveProperty('cause');
  });
});
