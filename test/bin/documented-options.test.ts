import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../bin/context.ts';

/** Every option that there is, as the refusal of one that there is not names them. */
function options(): string[] {
  try {
    readContext({ nosuch: '1' });
  } catch (error) {
    const [, keys = ''] = /there are (.*)\.$/.exec(String(error)) ?? [];
    return keys.split(', ');
  }
  return [];
}

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('Every option', () => {
  it.each(options())('is in the guide to deploying: %s', (key) => {
    expect(read('deploy.md')).toContain(`\`${key}\``);
  });
});
