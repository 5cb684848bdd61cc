import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../core/ports.ts';

/**
 * The password of an IAM database user, signed here without any request; RDS takes it for 15 minutes, and only while a
 * connection is made.
 *
 * It is what `@aws-sdk/rds-signer` makes, which would add 283 kB to each bundle (its credential providers); this adds 18.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 */
export async function signIamToken(
  { host, port, user, region }: { host: string; port: number; user: string; region: string },
  credentials: AwsCredentials,
  signingDate = new Date(),
): Promise<string> {
  const signer = new SignatureV4({ service: 'rds-db', region, credentials, sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    port,
    path: '/',
    query: { Action: 'connect', DBUser: user },
    headers: { host: `${host}:${port}` },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: 900, signingDate });
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encode(String(value))}`);
  return `${host}:${port}/?${parameters.sort().join('&')}`;
}

// RFC 3986: encodeURIComponent leaves !'()* alone, which SigV4 escapes.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
