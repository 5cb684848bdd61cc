import { Unavailable } from '@belfry/functions/errors';
import { clientOf, packageMissing, throwProducerError } from './aws.ts';
import type { EventDoor, OpenDoor } from './doors.ts';

const what = 'The event bus';

/**
 * Opens the event door. A request takes
 * [10 entries](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).
 */
export async function openEventDoor(door: EventDoor): Promise<OpenDoor> {
  const { EventBridgeClient, PutEventsCommand } = await loadSdk();
  const client = clientOf(door.client, EventBridgeClient);
  const { eventBusName, source = 'belfry.producer' } = door;
  return {
    commandsPerRequest: 10,
    async send(commands) {
      const request = new PutEventsCommand({
        Entries: commands.map(({ json }) => ({
          EventBusName: eventBusName,
          Source: source,
          DetailType: 'notification.create',
          Detail: json,
        })),
      });
      const { Entries = [] } = await client.send(request).catch(throwProducerError(what));
      // The answer has one entry for each command, in their order. Each may have failed.
      return commands.map((_, index) => {
        const { ErrorCode, ErrorMessage } = Entries[index] ?? { ErrorCode: 'Unanswered' };
        if (!ErrorCode) return {};
        return { error: new Unavailable(what, { cause: new Error(`${ErrorCode}: ${ErrorMessage}`) }) };
      });
    },
  };
}

async function loadSdk() {
  // Bundlers accept that a package is missing if its import is inside a `try`.
  try {
    return await import('@aws-sdk/client-eventbridge');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-eventbridge', cause);
  }
}
