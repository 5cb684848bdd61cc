import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder for the code of a function, with this text as its policy. Undefined: it has none. It goes with the test. */
export function codeFolder(policy: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-code-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (policy !== undefined) writeFileSync(join(folder, 'policy.json'), policy);
  return folder;
}
