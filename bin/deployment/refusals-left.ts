import { deployAgain, type Refusal } from './refusal.ts';

/** What the failed deployment has left, or an earlier one. */
export const leftBehind = {
  'left-rollback-failed': {
    stage: 'state',
    pattern:
      /UPDATE_ROLLBACK_FAILED\s*\| AWS::CloudFormation::Stack|failed to deploy: UPDATE_ROLLBACK_FAILED/,
    example: 'Belfry | 9/155 | 5:29:13 PM | UPDATE_ROLLBACK_FAILED  | AWS::CloudFormation::Stack | Belfry',
    means: 'The deployment failed, and CloudFormation could not undo all of it.',
    next: `Remove the reason that is printed above, and finish the rollback: \`npx cdk rollback\`. If a resource stops it again, skip it: \`npx cdk rollback --orphan <LogicalId>\`. ${deployAgain}`,
  },
  'left-former-release': {
    stage: 'state',
    pattern:
      /UPDATE_ROLLBACK_COMPLETE\s*\| AWS::CloudFormation::Stack|failed to deploy: UPDATE_ROLLBACK_COMPLETE/,
    example: 'Belfry | 9/155 | 5:29:13 PM | UPDATE_ROLLBACK_COMPLETE | AWS::CloudFormation::Stack | Belfry',
    means: 'The deployment failed and was undone. The former release runs.',
    next: `Remove the reason that is printed above. ${deployAgain}`,
  },
  'left-not-removed': {
    stage: 'state',
    pattern:
      /(?<!UPDATE_)ROLLBACK_FAILED\s*\| AWS::CloudFormation::Stack|failed creation, it may need to be manually deleted from the AWS console: ROLLBACK_FAILED/,
    example: 'Belfry | 9/155 | 5:29:13 PM | ROLLBACK_FAILED | AWS::CloudFormation::Stack | Belfry',
    means: 'The first deployment failed, and CloudFormation could not remove all that it had created.',
    next: 'Remove the reason that is printed above. Usually the database cannot be deleted: switch its deletion protection off in the RDS console. Then deploy again, with `--context databaseDeletionProtection=false` until it has succeeded once. The CDK deletes what is left first.',
  },
  'left-nothing': {
    stage: 'state',
    pattern:
      /(?<!UPDATE_)ROLLBACK_COMPLETE\s*\| AWS::CloudFormation::Stack|failed creation, it may need to be manually deleted from the AWS console: ROLLBACK_COMPLETE/,
    example:
      'Belfry | 3/155 | 5:29:13 PM | ROLLBACK_COMPLETE | AWS::CloudFormation::Stack | Belfry Rollback complete',
    means: 'The first deployment failed, and everything that it had created is removed.',
    next: `Remove the reason that is printed above. ${deployAgain} The CDK deletes the empty stack first.`,
  },
} as const satisfies Record<string, Refusal>;
