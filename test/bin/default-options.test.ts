import { expect, it } from 'vitest';
import { withDefaults } from '../../bin/deployment/default-options.ts';

const outputs = ['--outputs-file', 'cdk-outputs.json'];
const progress = ['--progress', 'events'];

it('A deployment writes its outputs and prints its events, and gets every option as it is given', () => {
  const given = ['Belfry', '--context', 'database=aurora', '-o', 'out', '--output=out', '-cOwner=me'];
  expect(withDefaults(given)).toEqual([...outputs, ...progress, ...given]);
});

it.each([
  [['--outputs-file', 'my.json']],
  [['--outputs-file=my.json']],
  [['--outputsFile', 'my.json']],
  [['--outputsFile=my.json']],
  [['-O', 'my.json']],
  [['-O=my.json']],
  [['-Omy.json']],
])('A deployment with %j writes its outputs there alone', (given) => {
  expect(withDefaults(given)).toEqual([...progress, ...given]);
});

it.each([[['--progress', 'bar']], [['--progress=bar']]])(
  'A deployment with %j has this progress',
  (given) => {
    expect(withDefaults(given)).toEqual([...outputs, ...given]);
  },
);
