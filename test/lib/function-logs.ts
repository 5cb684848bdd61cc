import type { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf } from './template.ts';

/**
 * The functions of a template whose logs are not as they should be: in a log group of the stack, which is there before the
 * function because the function refers to it, expires after so many days, and is deleted with the stack.
 */
export function functionsWithoutLogs(template: Template, days: number): string[] {
  const logGroups = resourcesOf(template, 'AWS::Logs::LogGroup');
  return Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).flatMap(([id, { Properties }]) => {
    const logs = logGroups[Object(Object(Properties.LoggingConfig).LogGroup).Ref];
    const { DeletionPolicy, UpdateReplacePolicy } = logs ?? {};
    const isAsItShouldBe =
      logs?.Properties.RetentionInDays === days &&
      [DeletionPolicy, UpdateReplacePolicy].every((policy) => policy === 'Delete');
    return isAsItShouldBe ? [] : [id];
  });
}
