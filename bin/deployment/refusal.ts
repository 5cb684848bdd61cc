/** Why a deployment stopped, as the CDK or AWS says it, and what to do next. */
export interface Refusal {
  /**
   * `before`: the CDK stopped before it changed anything. `cause`: AWS refused a resource, so that the deployment failed.
   * `state`: what the failed deployment has left, or an earlier one.
   */
  stage: 'before' | 'cause' | 'state';
  /** What is printed. Its named groups fill the texts below. */
  pattern: RegExp;
  /** A text as it is printed. */
  example: string;
  /** What has happened, in Markdown. `<name>` stands for a named group of the pattern. */
  means: string;
  /** What to do next, with the same names. */
  next: string;
}

/** The end of most remedies. */
export const deployAgain = 'Then deploy again.';
