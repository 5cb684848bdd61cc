import { readFileSync } from 'node:fs';
import type { Schedule } from './schedule.ts';

/** Schedules that once broke a promise, shrunk and written down, so that they stay when other seeds make other schedules. */
const names = [
  'shows no last snapshot of a user after another has signed in',
  'loads the first page although an older page was on its way when a page that is away changed its filter',
  'asks a tab that has joined the others late what they were told before',
  'announces nothing again that a shorter list has let go',
  'renews a socket that ends between two looks',
  'pushes nothing to a connection that has ended before its turn',
  'gives a page its connection back whose place a renewal has just taken',
  'renews a socket by its age also where a frozen tab has heard late that it is open',
] as const;

export const regressions: readonly { name: string; schedule: Schedule }[] = names.map((name) => {
  const file = new URL(`./regressions/${name.replaceAll(' ', '-')}.json`, import.meta.url);
  return { name, schedule: JSON.parse(readFileSync(file, 'utf8')) };
});
