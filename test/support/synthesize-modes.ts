/** Synthesizes every mode of the stack below the directory in its argument, for programs that look at templates. */
import { join } from 'node:path';
import { synthesize } from '../../local/command-line/synthesize.ts';
import { modes } from './modes.ts';

const [directory] = process.argv.slice(2);
if (!directory) throw new Error('Say where to write the templates: synthesize-modes.ts <directory>');
for (const [mode, context] of Object.entries(modes)) await synthesize(join(directory, mode), context);
