/** What `npm run deploy` gives the CDK, and every way in which a person can give it instead. */
const defaults = [
  { option: ['--outputs-file', 'cdk-outputs.json'], given: /^(-O|--(outputs-file|outputsFile)(=|$))/ },
  // Its progress bar would hide the states of the stack.
  { option: ['--progress', 'events'], given: /^--progress(=|$)/ },
];

/** The options of `cdk deploy`, after the defaults that they leave out. The CDK does not take an option of one value twice. */
export const withDefaults = (options: readonly string[]): string[] => [
  ...defaults.flatMap(({ option, given }) => (options.some((each) => given.test(each)) ? [] : option)),
  ...options,
];
