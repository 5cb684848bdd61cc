import { beforeEach, describe, expect, it } from 'vitest';
import { createIam, type Iam } from '../../local/aws/iam.ts';
import type { CallContext } from '../../local/aws/iam-conditions.ts';
import type { ReportEntry } from '../../local/report.ts';

const roleArn = 'arn:aws:iam::000000000000:role/reader';
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/connections';
const reported: ReportEntry[] = [];
let iam: Iam;

function allows(action: string, resource: string, context?: CallContext): boolean {
  const { accessKeyId } = iam.credentialsFor(roleArn, 'read');
  try {
    iam.authorize(iam.principalOf(accessKeyId), action, resource, context);
    return true;
  } catch {
    return false;
  }
}

function withPolicy(...statements: unknown[]): void {
  iam.addRole({ arn: roleArn, name: 'reader', statements });
}

beforeEach(() => {
  reported.length = 0;
  iam = createIam({ report: (entry) => reported.push(entry) });
});

describe('a policy', () => {
  it('allows the one action on the one resource that it names, and nothing else', () => {
    withPolicy({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: table });
    expect(allows('dynamodb:Query', table)).toBe(true);
    expect(allows('dynamodb:PutItem', table)).toBe(false);
    expect(allows('dynamodb:Query', `${table}-2`)).toBe(false);
  });

  it('allows each action of a list on each resource of a list', () => {
    withPolicy({
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'dynamodb:Query'],
      Resource: [table, `${table}/index/*`],
    });
    expect(allows('dynamodb:Query', `${table}/index/by_connection`)).toBe(true);
    expect(allows('sqs:SendMessage', table)).toBe(true);
  });

  it('takes * for any characters, slashes and colons among them, and ? for exactly one', () => {
    withPolicy({
      Effect: 'Allow',
      Action: 'dynamodb:*Item',
      Resource: 'arn:aws:dynamodb:*:table/connection?',
    });
    expect(allows('dynamodb:BatchGetItem', table)).toBe(true);
    expect(allows('dynamodb:Query', table)).toBe(false);
    expect(allows('dynamodb:GetItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/connection')).toBe(
      false,
    );
  });

  it('matches actions without regard to case, resources with it', () => {
    withPolicy({ Effect: 'Allow', Action: 'DynamoDB:query', Resource: table });
    expect(allows('dynamodb:Query', table)).toBe(true);
    expect(allows('dynamodb:Query', table.toUpperCase())).toBe(false);
  });

  it('takes the other signs of a pattern literally', () => {
    withPolicy({ Effect: 'Allow', Action: 's:a', Resource: 'a.c+(d)[e]$' });
    expect(allows('s:a', 'a.c+(d)[e]$')).toBe(true);
    expect(allows('s:a', 'abc+(d)[e]$')).toBe(false);
  });

  it('denies if any statement denies, whatever others allow', () => {
    withPolicy(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'sqs:*', Resource: '*' },
    );
    expect(allows('dynamodb:Query', table)).toBe(true);
    expect(allows('sqs:SendMessage', 'q')).toBe(false);
    expect(reported.at(-1)?.message).toMatch(/with an explicit deny in an identity-based policy$/);
  });

  it('may be added to a role later', () => {
    withPolicy();
    expect(allows('dynamodb:Query', table)).toBe(false);
    iam.addStatements('reader', [
      { Sid: 'Later', Effect: 'Allow', Action: 'dynamodb:Query', Resource: table },
    ]);
    expect(allows('dynamodb:Query', table)).toBe(true);
  });

  // As AWS's tables of patterns with one source, with several and without one:
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
  const named = (...sources: string[]): CallContext => ({ 'events:source': sources });
  const isSource = { 'events:source': ['a', 'b'] };
  const listed = { 'ForAllValues:StringEquals': isSource, Null: { 'events:source': 'false' } };
  it.each<[condition: object, allowed: CallContext[], denied: CallContext[]]>([
    [{ StringEquals: isSource }, [named('a'), named('b')], [named('A'), named('c'), named('a', 'b'), {}]],
    [listed, [named('a'), named('b', 'a')], [named('*'), named('a', 'c'), named(), {}]],
    [{ 'ForAllValues:StringEquals': isSource }, [named('a'), {}], [named('a', 'c')]],
    [{ Null: { 'events:source': 'true' } }, [{}], [named('a')]],
    [
      { StringEquals: { 'Events:Source': 'a', 'events:detail-type': 't' } },
      [{ ...named('a'), 'events:detail-type': ['t'] }],
      [named('a'), { ...named('a'), 'events:detail-type': ['u'] }],
    ],
  ])('with the condition %j allows what meets it', (Condition, allowed, denied) => {
    withPolicy({ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*', Condition });
    for (const context of allowed) expect(allows('events:PutEvents', 'bus', context)).toBe(true);
    for (const context of denied) expect(allows('events:PutEvents', 'bus', context)).toBe(false);
    iam.addStatements('reader', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    expect(denied.every((context) => allows('events:PutEvents', 'bus', context))).toBe(true);
  });

  it('denies by a condition only what meets it', () => {
    withPolicy(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: isSource } },
    );
    expect(allows('events:PutEvents', 'bus', named('a'))).toBe(false);
    expect(allows('events:PutEvents', 'bus', named('c'))).toBe(true);
  });

  const basis = { Effect: 'Allow', Action: 'a:b', Resource: '*' };
  it.each([
    [{ ...basis, NotAction: 'a:c' }, 'NotAction "a:c"'],
    [{ ...basis, NotResource: 'r' }, 'NotResource "r"'],
    [{ ...basis, Principal: '*' }, 'Principal "*"'],
    [{ ...basis, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, 'Condition {"Bool"'],
    [{ ...basis, Condition: { StringEquals: { 'aws:SourceIp': '::1' } } }, 'Condition {"StringEquals"'],
    [{ ...basis, Condition: { StringLike: { 'events:source': 'a*' } } }, 'Condition {"StringLike"'],
    [{ ...basis, Condition: { StringEquals: { 'events:source': `\${aws:userid}` } } }, 'Condition {'],
    [{ ...basis, Condition: 'text' }, 'Condition "text"'],
    [{ ...basis, Effect: 'Maybe' }, 'Effect "Maybe"'],
    [{ ...basis, Action: undefined }, 'Action undefined'],
    [{ ...basis, Resource: `arn:\${aws:username}` }, `Resource "arn:\${aws:username}"`],
    ['text', 'the value text'],
  ])('of a form that is not honoured stops with role and form: %j', (statement, named) => {
    expect(() => withPolicy(statement)).toThrow(`Role reader: a policy statement with ${named}`);
  });
});

describe('a refusal', () => {
  it('has the name and the words of AWS, with caller, action and resource, and is reported', () => {
    withPolicy();
    const { accessKeyId } = iam.credentialsFor(roleArn, 'read');
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/reader/read is not authorized to perform: dynamodb:Query ' +
      `on resource: ${table} because no identity-based policy allows the dynamodb:Query action`;
    expect(() => iam.authorize(iam.principalOf(accessKeyId), 'dynamodb:Query', table)).toThrow(
      expect.objectContaining({ name: 'AccessDeniedException', message }),
    );
    expect(reported).toEqual([{ source: 'iam', level: 'error', message }]);
  });
});

describe('credentials', () => {
  it('are one function’s own, and name it', () => {
    withPolicy();
    const one = iam.credentialsFor(roleArn, 'one');
    expect(iam.credentialsFor(roleArn, 'one')).toBe(one);
    expect(iam.credentialsFor(roleArn, 'two').accessKeyId).not.toBe(one.accessKeyId);
    expect(iam.principalOf(one.accessKeyId)).toEqual({ kind: 'role', roleArn, functionName: 'one' });
    expect(iam.secretOf(one.accessKeyId)).toBe(one.secretAccessKey);
  });

  it('that are unknown are the account’s, which may do everything', () => {
    expect(iam.principalOf(undefined)).toEqual({ kind: 'account' });
    expect(iam.secretOf('AKIAIOSFODNN7EXAMPLE')).toBeUndefined();
    iam.authorize(iam.principalOf('AKIAIOSFODNN7EXAMPLE'), 'sqs:SendMessage', 'q');
  });

  it('are not given for a role that does not exist', () => {
    expect(() => iam.credentialsFor(roleArn, 'one')).toThrow(`no role ${roleArn}`);
    expect(() => iam.addStatements('reader', [])).toThrow('no role named reader');
  });
});

describe('unused grants', () => {
  it('are the pairs of action and resource that no allowed call has needed', () => {
    withPolicy({ Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource: table });
    allows('dynamodb:Query', table);
    expect(iam.unused()).toEqual([{ role: 'reader', action: 'dynamodb:Scan', resource: table }]);
  });
});
