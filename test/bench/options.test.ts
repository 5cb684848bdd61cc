import { describe, expect, it } from 'vitest';
import { benches } from '../../bench/benches.ts';
import { budgets } from '../../bench/budgets.ts';
import { readCommand } from '../../bench/options.ts';

const known = ['create', 'import', 'page'];
const read = (...args: string[]) => readCommand(args, known);

describe('the arguments of npm run bench', () => {
  it('name benches, in any order; without a name it is all of them', () => {
    expect(read()).toEqual({ kind: 'run', names: known, isQuick: false, seed: 1 });
    expect(read('page', '--quick', 'create', '--seed', '7')).toEqual({
      kind: 'run',
      names: ['create', 'page'],
      isQuick: true,
      seed: 7,
    });
  });

  it('ask for the list or the usage', () => {
    expect(read('--list')).toEqual({ kind: 'list' });
    expect(read('--help', 'page')).toEqual({ kind: 'help' });
  });

  it.each([
    [['crate'], 'There is no bench "crate". Did you mean create?'],
    [['xyz'], 'There is no bench "xyz". There are: create, import, page.'],
    [['--quik'], 'There is no option "--quik". Did you mean --quick?'],
    [['--verbose'], 'There is no option "--verbose". There are: --quick, --list, --help, --seed.'],
    [['--seed', 'seven'], '--seed must be a whole number below 1,000,000,000; it is "seven".'],
  ])('%j are refused', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});

it('every budget belongs to a bench, and every bench has a budget', () => {
  const benchOf = (id: string) => id.split('.')[0];
  expect(new Set(Object.keys(budgets).map(benchOf))).toEqual(new Set(Object.keys(benches)));
});
