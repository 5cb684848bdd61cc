import { type DoorAccess, localAws } from '@belfry/local/doors';
import type { InboxState } from '../api.ts';
import { type Command, sendCommand, smokeCommand } from '../create.ts';
import { chooseDoor } from '../doors.ts';
import { lateFrame, missingFrame } from '../frame-remedies.ts';
import { checkCount } from '../inbox-count.ts';
import type { Installation } from '../installation.ts';
import type { Run } from '../run.ts';
import type { Frame, OpenSocket } from '../socket.ts';
import type { Outcome } from '../step-runner.ts';
import type { TokenSource } from '../token.ts';
import { type DeliveryReport, type Way, wayOf, waysInWords } from '../way.ts';
import type { SignedIn } from './access.ts';

/** The notification of the check, and who may mark it. */
export interface Made {
  id: number;
  token: string;
}

/** A create command that a door has taken. */
export interface CreateSent {
  /** When it was sent, by `performance.now()`. */
  at: number;
  command: Command;
  access: DoorAccess;
  token: string;
  inboxBefore: InboxState;
  /** Undefined if the door has no answer. The two fields below it too. */
  made: Made | undefined;
  version: number | undefined;
  report: DeliveryReport | undefined;
}

/** The frame of a create. */
export interface FrameCame {
  frame: Frame;
  /** How long after the create was sent. */
  afterMs: number;
  /** Undefined if the frame is not in full. */
  made: Made | undefined;
}

/** The door takes a create command for the user. */
export async function create(run: Run, { token, tokens, inbox }: SignedIn): Promise<Outcome<CreateSent>> {
  const command = smokeCommand(inbox.user_id, run.smokeId);
  const access = accessTo(run.installation, tokens);
  const { at, answer } = await sendCommand(run, { door: run.door, access, command });
  const { notification } = answer ?? {};
  return {
    found: {
      ...{ at, command, access, token, inboxBefore: inbox },
      made: notification && { id: notification.id, token },
      version: notification?.version,
      report: answer?.delivery,
    },
    detail: `${notification ? `#${notification.id} is created` : 'the command is accepted'}, by the door ${run.door.name}`,
  };
}

/** The socket gets the frame of the create, with the right count. */
export async function frameOfCreate(
  { installation, waitMs, smokeId, note }: Run,
  socket: OpenSocket,
  { at, token, inboxBefore, version: created, report }: CreateSent,
): Promise<Outcome<FrameCame>> {
  const isOfCreate = ({ type, version = 0, notification }: Frame) =>
    notification?.metadata.smoke_check === smokeId ||
    (type === 'inbox.changed' && version >= (created ?? inboxBefore.version + 1));
  note('it waits for the frame');
  const arrival = await socket.find(isOfCreate, waitMs);
  if (!arrival) throw missingFrame(installation, waitMs, { report });
  const { frame } = arrival;
  const afterMs = Math.max(0, arrival.at - at);
  const count = checkCount('The frame', inboxBefore, frame, 1);
  return {
    found: { frame, afterMs, made: frame.notification && { id: frame.notification.id, token } },
    detail: `${frame.type} with ${count}, ${Math.round(afterMs)} ms after the create was sent`,
  };
}

/** The frame came by the way that the installation is made for. */
export async function delivery(
  run: Run,
  { command, access, report }: CreateSent,
  { frame, afterMs }: FrameCame,
): Promise<Outcome<Way>> {
  const way = wayOf(frame, report ?? (await reportOfRepeat(run, command, access)));
  if (way !== 'redelivery') return { found: way, detail: waysInWords[way] };
  const failure = lateFrame(run.installation, 'Create', afterMs);
  return { found: way, detail: failure.message, failure };
}

/**
 * The report of the same command through `invoke`, for a door without an answer. The repeat creates nothing and is delivered
 * again, by the same function. Undefined if the person may not invoke.
 */
async function reportOfRepeat(
  run: Run,
  command: Command,
  access: DoorAccess,
): Promise<DeliveryReport | undefined> {
  try {
    const door = chooseDoor(run.installation, 'invoke');
    return (await sendCommand(run, { door, access, command })).answer?.delivery;
  } catch {
    return undefined;
  }
}

function accessTo({ outputs: { AwsEndpointUrl }, region }: Installation, tokens: TokenSource): DoorAccess {
  return {
    aws: AwsEndpointUrl === undefined ? { ...(region && { region }) } : localAws(AwsEndpointUrl),
    token: () => tokens.token('notifications:create'),
  };
}
