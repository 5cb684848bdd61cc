/** The region and the account of everything on this machine. */
export const region = 'us-east-1';
export const account = '000000000000';

/** The ARN of a resource on this machine: `arn('sqs', 'create')`. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/**
 * The expression that tests what a pattern of AWS matches: `*` stands for any number of characters, `?` for one,
 * slashes and colons included.
 */
export function wildcard(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}
