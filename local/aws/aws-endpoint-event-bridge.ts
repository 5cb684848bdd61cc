import { type AwsService, parseInput } from './aws-call.ts';
import { unknownOperation } from './aws-error.ts';
import type { EventBridge } from './event-bridge.ts';

/** EventBridge's `PutEvents` in JSON 1.1. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function createEventBridgeEndpoint({ eventBridge }: { eventBridge: EventBridge }): AwsService {
  return async ({ authorize, operation, body }) => {
    if (operation !== 'PutEvents') throw unknownOperation(`AWSEvents.${operation}`);
    const entries = parseInput(body)
      .inputs('Entries')
      .map((entry) => ({
        Source: entry.text('Source'),
        DetailType: entry.text('DetailType'),
        Detail: entry.text('Detail'),
        EventBusName: entry.text('EventBusName'),
        Resources: entry.texts('Resources'),
        Time: entry.number('Time'),
      }));
    const buses = new Set(entries.map(({ EventBusName }) => eventBridge.busArn(EventBusName)));
    for (const bus of buses) authorize('events:PutEvents', bus);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(eventBridge.putEvents(entries)),
    };
  };
}
