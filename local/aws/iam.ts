import { randomBytes } from 'node:crypto';
import type { Report } from '../report.ts';
import { wildcard } from './arn.ts';
import { type CallContext, isLiteral, parseCondition } from './iam-conditions.ts';

/** Who makes a call: a function by its role, or the developer's own SDK and CLI, which may do everything. */
export type Principal = { kind: 'role'; roleArn: string; functionName: string } | { kind: 'account' };

/** The credentials of one function. Each function has its own, so that a call shows which function makes it. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** One action on one resource that a role's policies allow, with their wildcards as written. */
export interface Grant {
  role: string;
  action: string;
  resource: string;
}

export interface Iam {
  /**
   * Makes a role. `statements` are the statements of policy documents, in AWS's JSON form.
   * @throws Error that names the role and the form, if a statement has a form that is not supported
   */
  addRole(role: { arn: string; name: string; statements: readonly unknown[] }): void;
  /** Adds the statements of a policy to the role with this name. Throws as `addRole` does. */
  addStatements(roleName: string, statements: readonly unknown[]): void;
  /** The credentials of a function. Every call returns the same ones. */
  credentialsFor(roleArn: string, functionName: string): Credentials;
  /** The function that signs with this key. The account, if `credentialsFor` has not made the key. */
  principalOf(accessKeyId: string | undefined): Principal;
  /** The secret of a key that `credentialsFor` has made, for the verification of a signature. */
  secretOf(accessKeyId: string): string | undefined;
  /** The secret and the session token of every access key. */
  secrets(): string[];
  /**
   * Returns if the principal is allowed to do this. Otherwise reports it and throws `AccessDenied`. `context` is what the
   * conditions of policies may ask about the call.
   */
  authorize(principal: Principal, action: string, resource: string, context?: CallContext): void;
  /** The grants that no call has used so far. The policies may not need them. */
  unused(): Grant[];
}

/**
 * The error for a call that no policy allows, with the text of AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export class AccessDenied extends Error {
  override readonly name = 'AccessDeniedException';
}

interface Rule extends Grant {
  effect: 'Allow' | 'Deny';
  matches(action: string, resource: string, context: CallContext): boolean;
  isUsed: boolean;
}

/**
 * Identity and Access Management. The policies of a function's role decide every call, as on AWS within one account:
 * nothing is allowed unless a statement allows it, and a Deny wins.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function createIam({ report }: { report: Report }): Iam {
  const roles = new Map<string, { name: string; rules: Rule[] }>();
  const keys = new Map<string, { credentials: Credentials; principal: Principal & { kind: 'role' } }>();

  function roleOf({ roleArn }: { roleArn: string }) {
    const role = roles.get(roleArn);
    if (!role) throw new Error(`There is no role ${roleArn}: add the role before a function uses it.`);
    return role;
  }

  return {
    addRole({ arn, name, statements }) {
      roles.set(arn, { name, rules: rulesOf(name, statements) });
    },

    addStatements(roleName, statements) {
      const role = [...roles.values()].find(({ name }) => name === roleName);
      if (!role) throw new Error(`There is no role named ${roleName} to add a policy to.`);
      role.rules.push(...rulesOf(roleName, statements));
    },

    credentialsFor(roleArn, functionName) {
      roleOf({ roleArn });
      for (const { credentials, principal } of keys.values()) {
        if (principal.functionName === functionName && principal.roleArn === roleArn) return credentials;
      }
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
      keys.set(credentials.accessKeyId, {
        credentials,
        principal: { kind: 'role', roleArn, functionName },
      });
      return credentials;
    },

    principalOf: (accessKeyId) => keys.get(accessKeyId ?? '')?.principal ?? { kind: 'account' },

    secretOf: (accessKeyId) => keys.get(accessKeyId)?.credentials.secretAccessKey,

    secrets: () =>
      [...keys.values()].flatMap(({ credentials }) => [
        credentials.secretAccessKey,
        credentials.sessionToken,
      ]),

    authorize(principal, action, resource, context = {}) {
      if (principal.kind === 'account') return;
      const role = roleOf(principal);
      const matching = role.rules.filter((rule) => rule.matches(action, resource, context));
      const isDenied = matching.some(({ effect }) => effect === 'Deny');
      if (matching.length > 0 && !isDenied) {
        for (const rule of matching) rule.isUsed = true;
        return;
      }
      const user = `${principal.roleArn.replace(':iam:', ':sts:').replace(/:role\/.*$/, '')}:assumed-role/${role.name}/${principal.functionName}`;
      const reason = isDenied
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
      const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
      report({ source: 'iam', level: 'error', message });
      throw new AccessDenied(message);
    },

    unused: () =>
      [...roles.values()].flatMap(({ rules }) =>
        rules
          .filter(({ effect, isUsed }) => effect === 'Allow' && !isUsed)
          .map(({ role, action, resource }) => ({ role, action, resource })),
      ),
  };
}

/** One rule for each pair of action and resource, so that `unused` can name the very pair. */
function rulesOf(role: string, statements: readonly unknown[]): Rule[] {
  return statements.flatMap((statement) => {
    const { effect, actions, resources, isMet } = parseStatement(role, statement);
    return actions.flatMap((action) =>
      resources.map((resource) => {
        // Actions are matched without regard to case, resources with it.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
        const isAction = wildcard(action, 'i');
        const isResource = wildcard(resource);
        const matches: Rule['matches'] = (wanted, on, context) =>
          isAction.test(wanted) && isResource.test(on) && isMet(context);
        return { role, action, resource, effect, matches, isUsed: false };
      }),
    );
  });
}

function parseStatement(role: string, statement: unknown) {
  const refuse = (what: string) => {
    throw new Error(
      `Role ${role}: a policy statement with ${what} is not supported locally; ` +
        'Effect, Action, Resource, and a Condition on the source of events are. Write the grant in another form, or add this form to local/aws/iam.ts.',
    );
  };
  if (typeof statement !== 'object' || statement === null) return refuse(`the value ${String(statement)}`);
  const { Sid: _, Effect, Action, Resource, Condition, ...others } = statement as Record<string, unknown>;
  for (const key of Object.keys(others)) refuse(`${key} ${JSON.stringify(others[key])}`);
  if (Effect !== 'Allow' && Effect !== 'Deny') return refuse(`Effect ${JSON.stringify(Effect)}`);
  const texts = (key: string, value: unknown): string[] => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => (isLiteral(item) ? item : refuse(`${key} ${JSON.stringify(item)}`)));
  };
  const isMet = parseCondition(Condition) ?? refuse(`Condition ${JSON.stringify(Condition)}`);
  return {
    effect: Effect,
    actions: texts('Action', Action),
    resources: texts('Resource', Resource),
    isMet,
  } as const;
}
