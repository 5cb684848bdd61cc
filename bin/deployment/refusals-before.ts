import { deployAgain, type Refusal } from './refusal.ts';

/** The CDK stopped before it changed anything. In the order in which they are looked for: the first one that fits counts. */
export const beforeChanges = {
  'no-credentials': {
    stage: 'before',
    pattern:
      /Unable to resolve AWS account to use|but no credentials have been configured|Could not load credentials from any providers/,
    example:
      'Unable to resolve AWS account to use. It must be either configured when you define your CDK Stack, or through the environment',
    means: 'There are no AWS credentials, or AWS does not accept them.',
    next: 'Sign in (`aws configure`, or `aws sso login`) or set `AWS_PROFILE`. `aws sts get-caller-identity` must print your account. Then deploy again.',
  },
  'other-account': {
    stage: 'before',
    pattern:
      /Need to perform AWS calls for account (?<account>\d+), but the current credentials are for (?<other>\d+)/,
    example:
      'Need to perform AWS calls for account 111122223333, but the current credentials are for 444455556666',
    means: 'The stack belongs to the account <account>, and the credentials to <other>.',
    next: `Use credentials of <account> (\`AWS_PROFILE\`). ${deployAgain}`,
  },
  'expired-credentials': {
    stage: 'before',
    pattern:
      /There are expired AWS credentials in your environment|ExpiredToken|security token included in the request is (?:expired|invalid)|The SSO session associated with this profile has expired|Token is expired\. To refresh|Your session has expired/,
    example: 'ExpiredToken: The security token included in the request is expired',
    means: 'The AWS credentials have expired, or are not valid.',
    next: `Sign in again (\`aws sso login\`), or replace \`AWS_ACCESS_KEY_ID\`, \`AWS_SECRET_ACCESS_KEY\` and \`AWS_SESSION_TOKEN\`. ${deployAgain}`,
  },
  'bootstrap-failed': {
    stage: 'before',
    pattern: /This CDK deployment requires bootstrap stack version '\d+', but during the confirmation/,
    example:
      "This CDK deployment requires bootstrap stack version '6', but during the confirmation via SSM parameter /cdk-bootstrap/hnb659fds/version the following error occurred: AccessDeniedException: not allowed",
    means: 'The credentials may not read the version of the CDK’s bootstrap stack.',
    next: `Use credentials that may assume the roles of the bootstrap stack (cdk-hnb659fds-*), or that may \`ssm:GetParameter\`. ${deployAgain}`,
  },
  'not-bootstrapped': {
    stage: 'before',
    pattern:
      /SSM parameter \S+ not found(?: in (?<environment>aws:\/\/[\w/-]+))?\. Has the environment been bootstrapped|This stack uses assets, so the toolkit stack must be deployed|No bucket named '[^']+'\. Is account \d+ bootstrapped/,
    example:
      "Belfry: SSM parameter /cdk-bootstrap/hnb659fds/version not found in aws://111122223333/eu-central-1. Has the environment been bootstrapped? Please run 'cdk bootstrap' (see https://docs.aws.amazon.com/cdk/latest/guide/bootstrapping.html)",
    means:
      'The account and region are not prepared for the CDK, or the credentials are for others than you think.',
    next: `Once for each account and region: \`npx cdk bootstrap <environment>\`. ${deployAgain}`,
  },
  'bootstrap-too-old': {
    stage: 'before',
    pattern:
      /requires bootstrap stack version '(?<needed>\d+)', found '(?<found>\d+)' in (?<environment>aws:\/\/[\w/-]+)/,
    example:
      "Belfry: This CDK deployment requires bootstrap stack version '6', found '5' in aws://111122223333/eu-central-1. Please run 'cdk bootstrap'.",
    means: 'The CDK’s bootstrap stack has the version <found>. This deployment needs <needed>.',
    next: `Run \`npx cdk bootstrap <environment>\`, which changes no other stack. ${deployAgain}`,
  },
  'role-not-assumed': {
    stage: 'before',
    pattern: /Could not assume role in target account/,
    example:
      'Could not assume role in target account using current credentials User: arn:aws:iam::111122223333:user/dev is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1 . Please make sure that this role exists in the account.',
    means: 'The credentials may not assume a role of the CDK’s bootstrap stack, or the role does not exist.',
    next: `Allow \`sts:AssumeRole\` on \`arn:aws:iam::*:role/cdk-hnb659fds-*\`, or bootstrap the account and region: \`npx cdk bootstrap\`. ${deployAgain}`,
  },
  'rollback-not-finished': {
    stage: 'before',
    pattern: /is in UPDATE_ROLLBACK_FAILED state and can ?not be updated|paused fail state \((?<state>\w+)\)/,
    example:
      'ValidationError: Stack:arn:aws:cloudformation:eu-central-1:111122223333:stack/Belfry/0a1b2c3d is in UPDATE_ROLLBACK_FAILED state and can not be updated.',
    means: 'An earlier deployment failed, and CloudFormation could not undo all of it.',
    next: `Run \`npx cdk rollback\`. If a resource stops it again, remove the reason that the stack’s events name, or skip the resource: \`npx cdk rollback --orphan <LogicalId>\`. ${deployAgain}`,
  },
  'deployment-in-progress': {
    stage: 'before',
    pattern: /is in (?<state>\w+_IN_PROGRESS) state and can ?not be updated/,
    example:
      'ValidationError: Stack:arn:aws:cloudformation:eu-central-1:111122223333:stack/Belfry/0a1b2c3d is in UPDATE_IN_PROGRESS state and can not be updated.',
    means: 'Another deployment of this stack still runs (<state>).',
    next: `Wait until the stack’s events in the CloudFormation console end. ${deployAgain}`,
  },
  'stack-not-updatable': {
    stage: 'before',
    pattern:
      /is in (?<state>DELETE_FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED) state and can ?not be updated/,
    example:
      'ValidationError: Stack:arn:aws:cloudformation:eu-central-1:111122223333:stack/Belfry/0a1b2c3d is in DELETE_FAILED state and can not be updated.',
    means: 'The stack is left from an attempt to create or to delete it (<state>), and cannot be changed.',
    next: `Run \`npx cdk destroy\`. If it fails, the stack’s events name the resource and the reason. For the database: switch its deletion protection off in the RDS console. ${deployAgain}`,
  },
  'failed-stack-not-deleted': {
    stage: 'before',
    pattern: /Failed deleting stack (?<stack>\S+) that had previously failed creation/,
    example:
      'Failed deleting stack Belfry that had previously failed creation (current state: DELETE_FAILED)',
    means:
      'The first deployment of <stack> failed earlier. The CDK wanted to delete what it left, and could not.',
    next: `The stack’s events name the resource. Usually it is the database: switch its deletion protection off in the RDS console, and delete the stack (\`npx cdk destroy\`). Then deploy again, with \`--context databaseDeletionProtection=false\` until it has succeeded once.`,
  },
} as const satisfies Record<string, Refusal>;
