import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documents } from '../../bin/documents.ts';
import { createCommandSchema } from '../../functions/core/create-command.ts';
import { isBlank } from '../../functions/core/invisible.ts';
import { limits } from '../../functions/core/limits.ts';
import { describedApi } from '../support/described.ts';
import { hostileCommand } from '../support/hostile-command.ts';

describe('The documents', () => {
  it.each(Object.entries(documents()))('are what `npm run documents` writes: %s', (file, text) => {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')).toBe(text);
  });
});

const { document, faultsAt } = describedApi();
const faultsOf = (command: unknown) => faultsAt(['components', 'schemas', 'Command'], command);

const bell = '\u{1f514}';
const text = (maximum: number) =>
  fc.oneof(
    fc.constantFrom('x', ` x `, 'a\tb\r\nc', bell.repeat(maximum), 'x'.repeat(maximum)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }).map((value) => `${value}.`),
  );

/** What a producer may write. */
const command = fc
  .record(
    {
      title: text(limits.titleLength),
      body: fc.option(fc.oneof(text(limits.bodyLength), fc.constant(''))),
      actor_id: fc.option(fc.uuid()),
      metadata: fc.oneof(
        fc.constantFrom(null, { type: null, url: null, route: null }),
        fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })),
        fc.constantFrom(
          { type: bell.repeat(limits.typeLength) },
          { url: 'https://example.com/ä?b#c' },
          { url: 'HTTP://localhost:3000/', route: '/a b?c=d' },
        ),
      ),
      channel: fc.option(text(limits.channelLength)),
      idempotency_key: fc.option(text(limits.idempotencyKeyLength)),
    },
    { requiredKeys: ['title'] },
  )
  .chain((content) =>
    fc.oneof(
      fc.uuid().map((user_id) => ({ ...content, user_id: user_id.toUpperCase() })),
      fc.array(fc.uuid(), { minLength: 1, maxLength: 5 }).map((user_ids) => ({ ...content, user_ids })),
    ),
  );

/** Whether the rule for this field is one that JSON Schema or a portable pattern cannot say, and so is in the description. */
const isInWordsOnly = (path: string, command: Record<string, unknown>): boolean =>
  path === 'user_ids' ||
  /^(metadata(?!\.type$)|actions)/.test(path) ||
  (/_at$/.test(path) && /^\d{4}-/.test(String(command[path]))) ||
  isInWords(path === 'metadata.type' ? Object(command.metadata).type : command[path], path);

const isInWords = (value: unknown, path: string): boolean =>
  typeof value === 'string' &&
  (!value.isWellFormed() || (path === 'title' && /\S/.test(value) && isBlank(value)));

describe('A create command', () => {
  it('that the service takes is one by the document', () => {
    let taken = 0;
    fc.assert(
      fc.property(command, (input) => {
        if (!createCommandSchema.safeParse(input).success) return;
        taken += 1;
        expect(faultsOf(input)).toEqual([]);
      }),
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('that the service refuses is none by the document, wherever JSON Schema can say so', () => {
    fc.assert(
      fc.property(hostileCommand, ({ text, paths }) => {
        const command = JSON.parse(text);
        fc.pre(paths.some((path) => !isInWordsOnly(path, command)));
        expect(faultsOf(command)).not.toEqual([]);
      }),
    );
  });

  it('may have the field for the other kind of recipients as null, which only the description says', () => {
    const [user_id, title] = ['0b5e55ed-0000-4000-8000-000000000001', 'Doors open'];
    for (const [name, input] of Object.entries({
      CreateForOne: { user_id, user_ids: null, title },
      CreateForMany: { user_ids: [user_id], user_id: null, title },
    })) {
      expect(createCommandSchema.safeParse(input).success).toBe(true);
      expect(document.components.schemas[name]?.description).toMatch(/`user_ids?: null` may stand beside it/);
    }
  });

  it.each([
    ['title', limits.titleLength],
    ['body', limits.bodyLength],
    ['channel', limits.channelLength],
    ['idempotency_key', limits.idempotencyKeyLength],
  ] as const)('has the same bound for both: %s', (field, maximum) => {
    const whole = { user_id: '0b5e55ed-0000-4000-8000-000000000001', title: 'a', body: 'b' };
    for (const [length, isTaken] of [
      [maximum, true],
      [maximum + 1, false],
    ] as const) {
      const input = { ...whole, [field]: bell.repeat(length) };
      expect(createCommandSchema.safeParse(input).success).toBe(isTaken);
      expect(faultsOf(input).length === 0).toBe(isTaken);
    }
  });
});
