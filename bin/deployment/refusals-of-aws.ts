import { deployAgain, type Refusal } from './refusal.ts';

/** AWS refused a resource, so that the deployment failed. */
export const refusedByAws = {
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
    means: 'The migration of the database failed. No data is lost, and the functions are as before.',
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
} as const satisfies Record<string, Refusal>;
