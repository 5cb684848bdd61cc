import type { AwsCredentials } from '../core/ports.ts';
import type { BusEvent, EventBus } from '../core/published-events.ts';
import { awsDomain } from './aws-domain.ts';
import { callSigned } from './signed-call.ts';

/**
 * The event bus, by one signed request for up to ten events.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createEventBus({
  busName,
  source,
  region,
  endpoint = `https://events.${region}.${awsDomain(region)}`,
  credentials,
}: {
  busName: string;
  /** The source of every event. */
  source: string;
  region: string;
  /** Default: EventBridge in the region. */
  endpoint: string | undefined;
  credentials: () => AwsCredentials;
}): EventBus {
  const toEntry = ({ name, detail }: BusEvent) => ({
    Source: source,
    DetailType: name,
    Detail: detail,
    EventBusName: busName,
  });

  return {
    async put(events) {
      const response = await callSigned({
        service: 'events',
        region,
        credentials: credentials(),
        endpoint,
        target: 'AWSEvents.PutEvents',
        protocolVersion: '1.1',
        input: { Entries: events.map(toEntry) },
      });
      const { Entries: results = [] } = Object(await response.json());
      return events.map((_, index) => refusalOf(results[index]));
    },
  };
}

/** An entry of an answer without an event id has failed, whatever else it says. */
function refusalOf(result: unknown): string | undefined {
  const { EventId, ErrorCode } = Object(result);
  return typeof EventId === 'string' ? undefined : String(ErrorCode ?? 'no error code');
}
