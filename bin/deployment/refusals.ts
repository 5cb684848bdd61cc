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

const deployAgain = 'Then deploy again.';

/** In the order in which they are looked for: of several that fit, the first one `before` counts. */
export const refusals = {
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
  'free-plan': {
    stage: 'cause',
    pattern:
      /FreeTierRestriction|available to free tier customers|available with free plan|WithExpressConfiguration|must use Express Configuration/i,
    example:
      'The specified backup retention period exceeds the maximum available to free tier customers. To remove all limitations, upgrade your account plan. (Service: Rds, Status Code: 400) (HandlerErrorCode: GeneralServiceException)',
    means: 'The account has AWS’s free plan, which refuses this database.',
    next: `Of backups it allows one day (\`--context databaseBackupDays=1\`), of instances the size micro (\`databaseInstanceType=t4g.micro\`), and no Aurora (\`database=rds\`). Change what the message above names, or upgrade the plan of the account. ${deployAgain}`,
  },
  'log-policy': {
    stage: 'cause',
    pattern: /Policy document length breaking Cloudwatch Logs Constraints/i,
    example:
      'Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120 (Service: AmazonApiGatewayV2; Status Code: 400; Error Code: BadRequestException)',
    means:
      'The account’s policy for log delivery, `AWSLogDeliveryWrite20150319`, has no space for one more log group.',
    next: `Delete entries of log groups that are gone, or replace them by \`arn:aws:logs:<Region>:<Account>:log-group:/aws/vendedlogs/*\` (\`aws logs describe-resource-policies\`, \`put-resource-policy\`), or deploy with \`--context httpAccessLogs=false\`. ${deployAgain}`,
  },
  'log-permission': {
    stage: 'cause',
    pattern: /Insufficient permissions to enable logging/i,
    example:
      'Insufficient permissions to enable logging (Service: AmazonApiGatewayV2; Status Code: 400; Error Code: BadRequestException)',
    means: 'The role with which CloudFormation deploys lacks permissions for log deliveries.',
    next: `Allow it \`logs:CreateLogDelivery\`, \`logs:PutResourcePolicy\` and the others for log deliveries (docs/known-refusals.md), or deploy with \`--context httpAccessLogs=false\`. ${deployAgain}`,
  },
  'log-role': {
    stage: 'cause',
    pattern: /CloudWatch Logs role ARN must be set in account settings to enable logging/,
    example:
      'CloudWatch Logs role ARN must be set in account settings to enable logging (Service: AmazonApiGatewayV2)',
    means: 'Access logs of sockets need a role of the account and region, which is not set.',
    next: `Set the role in API Gateway’s console (Settings, CloudWatch log role ARN), or deploy without \`webSocketAccessLogs\`. ${deployAgain}`,
  },
  'reserved-concurrency': {
    stage: 'cause',
    pattern: /UnreservedConcurrentExecution below its minimum value of \[(?<minimum>\d+)\]/,
    example:
      'Resource handler returned message: "Specified ReservedConcurrentExecutions for function decreases account\'s UnreservedConcurrentExecution below its minimum value of [10]. (Service: Lambda, Status Code: 400)" (HandlerErrorCode: InvalidRequest)',
    means:
      'The account has too little concurrency of Lambda to reserve some: <minimum> must stay for all other functions.',
    next: `Leave \`reservedConcurrency\` out, or ask for more (Service Quotas, Lambda, Concurrent executions). ${deployAgain}`,
  },
  'instance-class': {
    stage: 'cause',
    pattern:
      /RDS does not support creating a DB instance with the following combination|Cannot create a .*DB Instance.*not supported|InsufficientDBInstanceCapacity/i,
    example:
      'RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t4g.micro, Engine=postgres, EngineVersion=18.1, LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation.',
    means: 'This region, or its zones, do not have this class of instance with this version of PostgreSQL.',
    next: `Choose another class (\`--context databaseInstanceType=…\`); \`aws rds describe-orderable-db-instance-options\` lists them. ${deployAgain}`,
  },
  'postgres-version': {
    stage: 'cause',
    pattern: /Cannot find version (?<version>[\d.]+) for (?:aurora-)?postgres/,
    example: 'Cannot find version 18.3 for aurora-postgresql (Service: Rds, Status Code: 400)',
    means: 'This region does not have the version <version> of PostgreSQL.',
    next: `Use another region, the other one of \`database=rds\` and \`database=aurora\`, or \`database=existing\`. ${deployAgain}`,
  },
  'no-auto-pause': {
    stage: 'cause',
    pattern: /SecondsUntilAutoPause can only be specified|the smallest value that you can use is 0\.5/,
    example: 'SecondsUntilAutoPause can only be specified when minimum capacity is 0.',
    means: 'The version of Aurora in this region cannot pause.',
    next: `Deploy with \`--context databaseMinCapacity=0.5\`, which costs money at rest. ${deployAgain}`,
  },
  'no-service-linked-role': {
    stage: 'cause',
    pattern: /permission to create service linked role|Missing necessary credentials/,
    example:
      'Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and try again later',
    means: 'The account has no service-linked role of RDS yet, or has had it for a moment only.',
    next: `Run \`aws iam create-service-linked-role --aws-service-name rds.amazonaws.com\`. ${deployAgain}`,
  },
  certificate: {
    stage: 'cause',
    pattern:
      /Certificate must be in '(?<region>[\w-]+)'|The certificate provided must be owned by the account creating the domain/,
    example: "Invalid certificate ARN: arn:aws:acm:us-east-1:… Certificate must be in 'eu-central-1'.",
    means:
      'A certificate of `httpCertificateArn` or `webSocketCertificateArn` is in another region or account.',
    next: `Request or import it in the account and region of the stack, and give its ARN. ${deployAgain}`,
  },
  'export-in-use': {
    stage: 'cause',
    pattern:
      /Export \S+ cannot be (?:updated|deleted) as it is in use by (?<stack>[\w-]+)|Cannot (?:update|delete) export \S+ as it is in use by (?<other>[\w-]+)/,
    example:
      'Export Belfry:ExportsOutputRefNotificationsPipelineBus37E583BC cannot be updated as it is in use by Shop',
    means: 'Another stack imports what this deployment would change.',
    next: `If it is the event bus of release 0.1.0, keep it: \`--context eventBusName=<former name>\` (“From release 0.1.0” in docs/deploy.md). Otherwise take the import out of the stack that the message above names first. ${deployAgain}`,
  },
  'name-taken': {
    stage: 'cause',
    pattern: /with identifier '(?<name>[^']+)' already exists|already exists in stack/,
    example:
      'Resource of type \'AWS::Logs::LogGroup\' with identifier \'{"/properties/LogGroupName":"/aws/vendedlogs/belfry/Belfry-1a2b3c4d"}\' already exists.',
    means: 'There is a resource of this name, which does not belong to the stack.',
    next: `The message above names it. Delete it if a former deployment has left it. An event bus can have another name: \`eventBusName\`. ${deployAgain}`,
  },
  quota: {
    stage: 'cause',
    pattern: /(?<what>The maximum number of [\w -]+) has been reached|LimitExceeded|Quota ?Exceeded/i,
    example:
      'The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400, HandlerErrorCode: GeneralServiceException)',
    means: 'A quota of the account is used up.',
    next: `The message above names it. Ask for more (Service Quotas), or delete what you do not need. ${deployAgain}`,
  },
  'database-protected': {
    stage: 'cause',
    pattern: /Cannot delete protected (?:DB Instance|Cluster)/i,
    example: 'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    means: 'The database is protected from being deleted, so CloudFormation could not remove it.',
    next: 'Switch its deletion protection off in the RDS console, and delete the stack: `npx cdk destroy`. Deploy again with `--context databaseDeletionProtection=false` until it has succeeded once.',
  },
  'migration-failed': {
    stage: 'cause',
    pattern:
      /(?:CREATE|UPDATE)_FAILED\s*\|\s*Custom::Trigger(?!.*cancelled)|\[FAILED\] from custom resource[\s\S]{0,4000}?migrat/i,
    example:
      '10:12:01 | CREATE_FAILED | Custom::Trigger | Notifications/Migration/Default (NotificationsMigration0A1B2C3D) Received response status [FAILED] from custom resource. Message returned: Error: Task timed out after 300.00 seconds',
    means: 'The migration of the database failed. It has changed nothing.',
    next: `The log group of the migrate function has the reason (\`migration_failed\`). Read “If a migration fails” in docs/failed-deployments.md. ${deployAgain}`,
  },
  'secret-not-found': {
    stage: 'cause',
    pattern: /Secrets Manager can['’]t find the specified secret|secret (?<secret>\S+) not found/,
    example: "Secrets Manager can't find the specified secret.",
    means: 'A secret that the options name does not exist in this account and region.',
    next: `Create it, or correct \`databaseSecret\`. “An existing PostgreSQL” in docs/deploy.md has its form. ${deployAgain}`,
  },
  'missing-permission': {
    stage: 'cause',
    pattern:
      /is not authorized to perform:? (?<action>[\w-]+:\w+)|AccessDeniedException|UnauthorizedOperation/,
    example:
      'User: arn:aws:sts::111122223333:assumed-role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-central-1/AWSCloudFormation is not authorized to perform: rds:CreateDBInstance on resource: arn:aws:rds:eu-central-1:111122223333:db:belfry',
    means: 'A role or user lacks a permission, or a policy of the organization denies it.',
    next: `The message above names the user and the action. If it is a role \`cdk-hnb659fds-cfn-exec-role\`, bootstrap again with a policy that allows the action (\`npx cdk bootstrap --cloudformation-execution-policies …\`). ${deployAgain}`,
  },
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

export type RefusalName = keyof typeof refusals;
