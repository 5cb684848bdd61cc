import { type DoorAccess, openDoors } from '@belfry/local/doors';
import { recordOf } from '@belfry/local/json';
import type { StoredNotification } from './api.ts';
import { awsFailure } from './aws-remedies.ts';
import type { ChosenDoor } from './doors.ts';
import { answerFailure } from './http-remedies.ts';
import { networkFailure } from './network-remedies.ts';
import type { Run } from './run.ts';
import { untilAvailable } from './until-available.ts';
import type { DeliveryReport } from './way.ts';

/** What the doors `invoke` and `http` answer. */
export interface Created {
  notification: StoredNotification;
  created: boolean;
  delivery: DeliveryReport;
}

/** What a command that was sent is known by. */
export interface Sent {
  /** When the accepted attempt was sent, by `performance.now()`. */
  at: number;
  /** Undefined if the door does not answer with what it created. */
  answer: Created | undefined;
}

export type Command = ReturnType<typeof smokeCommand>;

/** The create command of a run. Its metadata and its key are its own, so that it is found again. */
export function smokeCommand(user_id: string, smoke_check: string) {
  return {
    user_id,
    title: 'Belfry is being checked',
    body: 'This notification is archived at the end of the check.',
    metadata: { smoke_check },
    idempotency_key: `smoke-check-${smoke_check}`,
  };
}

/**
 * Sends a create command by a door, and sends it again while the database is unavailable.
 * @throws Failure if the door does not take it, or the service refuses it
 */
export async function sendCommand(
  { installation, waitMs, note }: Pick<Run, 'installation' | 'waitMs' | 'note'>,
  { door, access, command }: { door: ChosenDoor; access: DoorAccess; command: Command },
): Promise<Sent> {
  const send = openDoors(installation.outputs, access)(door.name);
  let at = performance.now();
  const attempt = (signal: AbortSignal) => {
    at = performance.now();
    return send(command, command.user_id, signal).catch((error: unknown) => {
      throw door.action === undefined
        ? networkFailure(installation.outputs.HttpApiUrl, error)
        : awsFailure(error, { action: door.action, resource: door.resource, instead }, installation);
    });
  };
  const answer = await untilAvailable(attempt, { waitMs, note });
  const body = recordOf(answer.body);
  if (answer.status >= 400) {
    const token = door.name === 'http' ? await access.token(command.user_id) : undefined;
    throw answerFailure({ status: answer.status, body }, { installation, functionName: 'Create', token });
  }
  // The cast: docs/api.md#direct-invocation. The other doors answer 202.
  return { at, answer: answer.status === 202 ? undefined : (body as unknown as Created) };
}

const instead =
  'Or take a door for which you have the rights: --door http needs none, but a token with the scope notifications:create.';
