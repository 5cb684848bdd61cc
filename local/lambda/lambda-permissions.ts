import { wildcard } from '../aws/arn.ts';
import { AwsError } from '../aws/aws-error.ts';
import type { Report } from '../report.ts';

/** The caller of a function. Its own rights, the IAM policy of a role, are checked before. */
export interface Invoker {
  /** A service such as `events.amazonaws.com`, or `account` for callers inside the account and event source mappings. */
  principal: string;
  /** The resource on whose behalf a service invokes: a rule, a route of an API. */
  sourceArn?: string;
}

/** The properties of an `AWS::Lambda::Permission` that are compared with the caller. */
export interface Permission {
  /** A name or an ARN, with or without a qualifier. */
  functionName: string;
  principal: string;
  /** Compared as `ArnLike` does. Left out: every resource of the service may invoke. */
  sourceArn?: string;
}

/**
 * The resource-based policies of functions. A service needs a permission to invoke a function. A caller inside the
 * account needs none, because its IAM policy is checked already.
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
 */
export function createPermissions(report: Report) {
  /** By the ARN that is invoked, because on AWS each qualifier has a policy of its own. */
  const permissions = new Map<string, Permission[]>();

  return {
    add(invokedArn: string, permission: Permission): void {
      permissions.set(invokedArn, [...(permissions.get(invokedArn) ?? []), permission]);
    },

    /**
     * Returns if the caller may invoke. Otherwise reports it.
     * @throws AwsError `AccessDeniedException` that names the remedy too
     */
    check(invokedArn: string, { principal, sourceArn }: Invoker): void {
      if (principal === 'account') return;
      const isAllowed = (permissions.get(invokedArn) ?? []).some(
        (permission) =>
          permission.principal === principal &&
          (permission.sourceArn === undefined || arnLike(permission.sourceArn, sourceArn ?? '')),
      );
      if (isAllowed) return;
      const message =
        `User: ${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${invokedArn} ` +
        `because no resource-based policy allows the lambda:InvokeFunction action for ${sourceArn ?? 'a call without a source ARN'}. ` +
        'Add an AWS::Lambda::Permission for this principal and source.';
      report({ source: 'iam', level: 'error', message });
      throw new AwsError('AccessDeniedException', message, 403);
    },
  };
}

/**
 * Whether an ARN matches a pattern. Its six parts are compared one by one, with `*` for any characters and `?` for one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(pattern: string, arn: string): boolean {
  const wanted = partsOf(pattern);
  const given = partsOf(arn);
  return (
    wanted.length === given.length && wanted.every((part, index) => wildcard(part).test(given[index] ?? ''))
  );
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
