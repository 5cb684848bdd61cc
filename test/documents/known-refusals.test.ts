import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../bin/context.ts';
import { optionDescriptions } from '../../bin/option-descriptions.ts';
import { linksIn } from '../support/markdown.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/known-refusals.md'), 'utf8');
const [, ...sections] = page.split(/^## /m);
const refusals = sections.map((section) => {
  const [title = '', ...lines] = section.split('\n');
  const partOf = (name: string) => lines.find((line) => line.startsWith(`- **${name}**: `)) ?? '';
  return { title, says: partOf('AWS says'), when: partOf('When'), helps: partOf('What helps') };
});

const code = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside);

describe.each(refusals)('The refusal "$title"', ({ says, when, helps }) => {
  it('is in AWS’s words with their source, or says that there are none', () => {
    expect(says).not.toBe('');
    if (says.includes('nothing.')) return;
    expect(code(says)[0]?.length).toBeGreaterThan(20);
    expect(linksIn(says).map(({ target }) => target)).toContainEqual(expect.stringMatching(/^https:/));
  });

  it('says when it comes and what helps, by options that exist with such values', () => {
    expect(when).not.toBe('');
    expect(helps).not.toBe('');
    const settings = [...code(when), ...code(helps)].filter((text) => /^[a-z]+[A-Z]?\w*=\S+$/.test(text));
    for (const setting of settings) {
      const [name = '', value = ''] = setting.split('=');
      expect(() => readContext({ [name]: value })).not.toThrow();
    }
    const named = [...code(when), ...code(helps)].filter((text) => /^[a-z]+([A-Z][a-z]+)+$/.test(text));
    for (const name of named) expect(Object.keys(optionDescriptions)).toContain(name);
  });
});

it('The page has refusals', () => {
  expect(refusals.length).toBeGreaterThan(10);
});
