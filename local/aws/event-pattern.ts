import { isRecord, recordOf } from '../json.ts';

/**
 * Whether an event matches a pattern. Supported are exact values, nested objects and `anything-but` with values. An
 * array in the event matches if one of its elements does.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @throws Error as `checkPattern` does
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  checkPattern(pattern);
  return matchesObject(pattern, event);
}

/** @throws Error that names the operator, if the pattern has one that is not supported, or is malformed */
export function checkPattern(pattern: unknown): asserts pattern is Record<string, unknown> {
  if (!isRecord(pattern)) {
    throw new Error(`An event pattern must be an object, not ${JSON.stringify(pattern)}.`);
  }
  for (const [field, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted)) checkPattern(wanted);
    else for (const condition of wanted) if (isRecord(condition)) checkOperator(field, condition);
  }
}

function checkOperator(field: string, condition: Record<string, unknown>): void {
  const { 'anything-but': refused, ...others } = condition;
  if (refused !== undefined && !isRecord(refused) && Object.keys(others).length === 0) return;
  throw new Error(
    `The event pattern's condition ${JSON.stringify(condition)} on ${field} is not supported locally. ` +
      'Use exact values or anything-but with values, or add the operator to local/aws/event-pattern.ts.',
  );
}

function matchesObject(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = recordOf(event)[field];
    if (isRecord(wanted)) return matchesObject(wanted, value);
    return Array.isArray(wanted) && wanted.some((condition) => matchesCondition(condition, value));
  });
}

function matchesCondition(condition: unknown, value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  if (!isRecord(condition)) return values.includes(condition);
  const refused = [condition['anything-but']].flat();
  return value !== undefined && values.some((one) => !refused.includes(one));
}
