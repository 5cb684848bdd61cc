import { nearest } from 'belfry-cdk/nearest';

/**
 * The value of an option that must be one of several words.
 * @throws Error naming the option, the value, the words, and the one that was probably meant
 */
export function choiceOption<Choice extends string>(
  name: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  const meant = nearest(String(value), choices);
  throw new Error(
    `--${name} must be one of ${choices.join(', ')}; it is ${JSON.stringify(value)}.${meant ? ` Did you mean ${meant}?` : ''}`,
  );
}
