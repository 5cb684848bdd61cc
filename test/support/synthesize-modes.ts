/** Synthesizes every mode of the stack, and prints the paths of the templates for programs that look at them. */
import { join } from 'node:path';
import { modes } from './modes.ts';
import { templateOf } from './templates.ts';

for (const settings of Object.values(modes)) {
  console.log(join(await templateOf(settings), 'Belfry.template.json'));
}
