import { basename } from 'node:path';
import { afterAll, beforeEach, expect, type RunnerTask, type RunnerTestFile } from 'vitest';
import { cannot } from './cannot.ts';

let file: RunnerTestFile | undefined;
const exceptionsOf = ({ filepath }: RunnerTestFile) =>
  cannot.filter((each) => each.file === basename(filepath));

beforeEach(({ task, skip }) => {
  file = task.file;
  const exception = exceptionsOf(file).find(({ tests }) => tests.includes(task.fullTestName));
  if (exception) skip(exception.reason);
});

// An exception whose test has another name by now excepts nothing.
afterAll(() => {
  if (!file) return;
  const excepted = exceptionsOf(file).flatMap(({ tests }) => tests);
  expect(testsIn(file.tasks)).toEqual(expect.arrayContaining(excepted));
});

function testsIn(tasks: readonly RunnerTask[]): string[] {
  return tasks.flatMap((task) => (task.type === 'suite' ? testsIn(task.tasks) : [task.fullTestName]));
}
