import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';

/**
 * The dead-letter queue of a part of the stack (`Pipeline`, `Redelivery`), which no output names: the runtime calls a
 * queue by its stack and logical id.
 */
export async function deadLetterQueueUrl(sqs: SQSClient, part: string): Promise<string | undefined> {
  const file = join(inject('assemblyDirectory'), 'Belfry.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(Resources).filter(
    (each) => Resources[each].Type === 'AWS::SQS::Queue' && each.includes(`${part}DeadLetters`),
  );
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `Belfry-${id}` }));
  return QueueUrl;
}
