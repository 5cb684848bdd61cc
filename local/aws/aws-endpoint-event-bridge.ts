import { type AwsService, parseInput } from './aws-call.ts';
import { unknownOperation } from './aws-error.ts';
import type { EventBridge, PutEventsEntry } from './event-bridge.ts';
import type { CallContext } from './iam-conditions.ts';

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
    const byBus = Map.groupBy(entries, ({ EventBusName }) => eventBridge.busArn(EventBusName));
    for (const [bus, events] of byBus) authorize('events:PutEvents', bus, contextOf(events));
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(eventBridge.putEvents(entries)),
    };
  };
}

/**
 * What conditions may ask about the events: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 * Both keys have the values of all entries, so a request with one entry that is not granted is refused as a whole.
 */
function contextOf(entries: PutEventsEntry[]): CallContext {
  return {
    'events:source': entries.flatMap(({ Source }) => Source ?? []),
    'events:detail-type': entries.flatMap(({ DetailType }) => DetailType ?? []),
  };
}
