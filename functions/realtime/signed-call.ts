import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../core/ports.ts';

/** Generous, because such calls are rare, or nothing waits for them. */
const timeoutMs = 5_000;

/** An operation of a service of AWS with a JSON protocol. */
export interface SignedCall {
  /** The name of the service in signatures. */
  service: string;
  region: string;
  credentials: AwsCredentials;
  /** Where the service is. The call goes to its root. */
  endpoint: string;
  /** `<prefix of the service>.<operation>` */
  target: string;
  /** The version of the protocol. */
  protocolVersion: '1.0' | '1.1';
  input: unknown;
}

/**
 * Makes one signed request, for a function that needs one operation of a service. A client of the SDK would add 27 kB and
 * 12 ms to each cold start. The other clients bring the signer into a bundle anyway.
 * @throws Error with the status and the type of an error, without a part of the input; TypeError or TimeoutError if the
 * service does not answer
 */
export async function callSigned(call: SignedCall): Promise<Response> {
  const { service, region, credentials, endpoint, target, protocolVersion } = call;
  const { protocol, hostname, port, host, origin } = new URL(endpoint);
  const body = JSON.stringify(call.input);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: '/',
    query: {},
    headers: {
      host,
      'content-type': `application/x-amz-json-${protocolVersion}`,
      'x-amz-target': target,
    },
    body,
  });
  const response = await fetch(`${origin}/`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.ok) return response;
  throw new Error(`${names[service] ?? service} answered ${response.status} (${await errorOf(response)}).`);
}

const names: Readonly<Record<string, string>> = { sqs: 'SQS', events: 'EventBridge' };

// Only the type, because the message of the error may quote the input.
async function errorOf(response: Response): Promise<string> {
  const type: unknown = await response
    .json()
    .then((body) => Object(body).__type)
    .catch(() => undefined);
  return typeof type === 'string' ? type : 'no error type';
}
