import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { asyncApi } from '../functions/documents/asyncapi.ts';
import { openApi } from '../functions/documents/openapi.ts';

const root = join(import.meta.dirname, '..');

/** The documents that describe both APIs to machines, by their files: written from what serves requests. */
export function documents(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    'docs/openapi.json': `${JSON.stringify(openApi(version), null, 2)}\n`,
    'docs/asyncapi.yaml': stringify(asyncApi(version), {
      aliasDuplicateObjects: false,
      // Older readers of YAML would take a timestamp for a date.
      compat: 'yaml-1.1',
      lineWidth: 110,
    }),
  };
}

if (import.meta.main) {
  for (const [file, text] of Object.entries(documents())) writeFileSync(join(root, file), text);
}
