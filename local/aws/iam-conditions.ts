/** What a condition can ask about a call: the values of each key, by its name in lower case, such as `events:source`. */
export type CallContext = Readonly<Record<string, readonly string[]>>;

/** Whether a call meets a condition. */
export type Condition = (context: CallContext) => boolean;

/**
 * The operators that are supported, on the values of the call and those of the policy. `StringEquals` compares one value: AWS
 * does not match it against several. `ForAllValues` is met without any value, so policies ask for one by `Null`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const operators = new Map<string, (values: readonly string[], wanted: readonly string[]) => boolean>([
  [
    'StringEquals',
    ([value, ...others], wanted) => value !== undefined && others.length === 0 && wanted.includes(value),
  ],
  ['ForAllValues:StringEquals', (values, wanted) => values.every((value) => wanted.includes(value))],
  ['Null', (values, wanted) => wanted.includes(String(values.length === 0))],
]);

/** The keys that calls have here. Their names are compared without regard to case. */
const keys = ['events:source', 'events:detail-type'];

/**
 * Reads the `Condition` of a policy statement. All of its operators and keys must be met, each by one of its values.
 * @returns undefined if an operator, a key or a value is not supported
 */
export function parseCondition(condition: unknown): Condition | undefined {
  if (condition === undefined) return () => true;
  if (typeof condition !== 'object' || condition === null) return undefined;
  const parts: Condition[] = [];
  for (const [operator, tests] of Object.entries(condition)) {
    const isMet = operators.get(operator);
    for (const [key, value] of Object.entries(Object(tests))) {
      const name = key.toLowerCase();
      const wanted: unknown[] = Array.isArray(value) ? value : [value];
      if (!isMet || !keys.includes(name) || !wanted.every(isLiteral)) return undefined;
      parts.push((context) => isMet(context[name] ?? [], wanted));
    }
  }
  return (context) => parts.every((part) => part(context));
}

/** A policy variable would be compared as a text, and would match nothing. */
export const isLiteral = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('${');
