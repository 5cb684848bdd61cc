import { Unavailable } from '@belfry/functions/errors';
import { packageMissing, toProducerError } from './aws-error.ts';
import type { EventDoor, OpenDoor } from './doors.ts';

const what = 'The event bus';

/**
 * Opens the door of the event bus. A request takes
 * [10 entries](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).
 */
export async function openEventDoor({
  eventBusName,
  source = 'belfry.producer',
  client: given,
}: EventDoor): Promise<OpenDoor> {
  const { EventBridgeClient, PutEventsCommand } = await loadSdk();
  const client: Pick<InstanceType<typeof EventBridgeClient>, 'send'> = given
    ? // The caller gives a client of this package; its type would bind them to one version of it.
      (given as InstanceType<typeof EventBridgeClient>)
    : new EventBridgeClient();
  return {
    lettersAtOnce: 10,
    async send(letters) {
      const command = new PutEventsCommand({
        Entries: letters.map(({ text }) => ({
          EventBusName: eventBusName,
          Source: source,
          DetailType: 'notification.create',
          Detail: text,
        })),
      });
      const { Entries = [] } = await client.send(command).catch((cause) => {
        throw toProducerError(what, cause);
      });
      // Entries are answered in their order, and each may fail by itself.
      return letters.map((_, index) => {
        const { ErrorCode, ErrorMessage } = Entries[index] ?? { ErrorCode: 'Unanswered' };
        if (!ErrorCode) return {};
        return { error: new Unavailable(what, { cause: new Error(`${ErrorCode}: ${ErrorMessage}`) }) };
      });
    },
  };
}

async function loadSdk() {
  // Within a `try`, bundlers take it for a package that may be missing.
  try {
    return await import('@aws-sdk/client-eventbridge');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-eventbridge', cause);
  }
}
