import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials, DeadLetters } from '../core/ports.ts';

/** Generous, because the request is rare and nothing waits for it. */
const timeoutMs = 5_000;

/**
 * Dead letters in an SQS queue, sent by one signed request of the JSON protocol.
 *
 * `@aws-sdk/client-sqs` would add 27 kB and 12 ms to each cold start, for a rare request. The other clients already bring
 * the signer into the bundle.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function createDeadLetters({
  queueUrl,
  region,
  credentials,
}: {
  queueUrl: string;
  region: string;
  credentials: () => AwsCredentials;
}): DeadLetters {
  const { protocol, hostname, port, host, origin } = new URL(queueUrl);

  return {
    async keep(record) {
      const body = JSON.stringify({ QueueUrl: queueUrl, MessageBody: JSON.stringify(record) });
      const signer = new SignatureV4({ service: 'sqs', region, credentials: credentials(), sha256: Sha256 });
      const { headers } = await signer.sign({
        method: 'POST',
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path: '/',
        query: {},
        headers: {
          host,
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.SendMessage',
        },
        body,
      });
      const response = await fetch(`${origin}/`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`SQS answered ${response.status} (${await errorOf(response)}).`);
    },
  };
}

// Only the type, because the message of the error may quote the record.
async function errorOf(response: Response): Promise<string> {
  const type: unknown = await response
    .json()
    .then((body) => Object(body).__type)
    .catch(() => undefined);
  return typeof type === 'string' ? type : 'no error type';
}
