/**
 * Whether an event fits a pattern: exact values, nested objects, `prefix`, `exists` and `anything-but` (values or a
 * prefix). An array in the event fits when one of its elements does. Throws as `checkPattern` does.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  checkPattern(pattern);
  return matchesObject(pattern, event);
}

/** Throws where a pattern is malformed or has an operator that is not honoured here, naming it. */
export function checkPattern(pattern: unknown): asserts pattern is Record<string, unknown> {
  if (!isObject(pattern))
    throw new Error(`An event pattern must be an object, not ${JSON.stringify(pattern)}.`);
  for (const [field, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted)) checkPattern(wanted);
    else for (const condition of wanted) if (isObject(condition)) checkOperator(field, condition);
  }
}

function checkOperator(field: string, condition: Record<string, unknown>): void {
  const operators = Object.keys(condition);
  const [operator = '(none)'] = operators;
  const operand = condition[operator];
  const isPrefix = (value: unknown) => typeof value === 'string';
  const isKnown =
    (operator === 'prefix' && isPrefix(operand)) ||
    (operator === 'exists' && typeof operand === 'boolean') ||
    (operator === 'anything-but' &&
      (isObject(operand)
        ? Object.keys(operand).join() === 'prefix' && isPrefix(operand.prefix)
        : operand !== undefined));
  if (operators.length === 1 && isKnown) return;
  throw new Error(
    `The event pattern's condition ${JSON.stringify(condition)} on ${field} is not supported locally; ` +
      'exact values, prefix, exists and anything-but are. Rewrite the rule, or teach local/aws/event-pattern.ts this operator.',
  );
}

function matchesObject(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = isObject(event) ? event[field] : undefined;
    if (isObject(wanted)) return matchesObject(wanted, value);
    return Array.isArray(wanted) && wanted.some((condition) => matchesCondition(condition, value));
  });
}

function matchesCondition(condition: unknown, value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  if (!isObject(condition)) return values.includes(condition);
  // Only leaves exist for EventBridge: an object under the field is not a value.
  if ('exists' in condition) return condition.exists === (value !== undefined && !isObject(value));
  if ('prefix' in condition) return values.some((one) => hasPrefix(one, condition.prefix));
  const refused = condition['anything-but'];
  if (value === undefined) return false;
  if (isObject(refused)) return values.some((one) => !hasPrefix(one, refused.prefix));
  return values.some((one) => !(Array.isArray(refused) ? refused : [refused]).includes(one));
}

function hasPrefix(value: unknown, prefix: unknown): boolean {
  return typeof value === 'string' && typeof prefix === 'string' && value.startsWith(prefix);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
