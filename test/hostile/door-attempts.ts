import fc from 'fast-check';
import { hostileCommand } from '../support/hostile-command.ts';
import { forgedEnvelope, hostileMessage, hostileText } from '../support/hostile-input.ts';
import type { Attempt, ConnectAttempt, DoorAttempt, FrameAttempt } from './attempt.ts';
import { anyOrigin } from './credentials.ts';
import { anyToken, httpAttempt } from './http-attempts.ts';
import { brokenEdit, soundCommand, soundSchedule } from './http-bodies.ts';
import { broken, type PartArbitrary, sound, strange, verdictOf } from './part.ts';

const soundText = sound(soundCommand.map((command) => JSON.stringify(command)));
const brokenText = fc.oneof(
  { weight: 3, arbitrary: broken(hostileCommand.map(({ text }) => text)) },
  { weight: 1, arbitrary: broken(brokenEdit.map((command) => JSON.stringify(command))) },
);

const door = (name: DoorAttempt['door'], texts: PartArbitrary<string>): fc.Arbitrary<DoorAttempt> =>
  texts.map(({ value: text, verdict }) => ({ door: name, verdict, text }));

const invocation = door(
  'invoke',
  fc.oneof(
    soundText,
    sound(soundSchedule.map((command) => JSON.stringify(command))),
    brokenText,
    broken(fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value))),
    strange(forgedEnvelope.map((value) => JSON.stringify(value))),
  ),
);

const event = door('event', fc.oneof(soundText, brokenText));

// SQS takes a text of the characters that XML 1.0 allows:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const isSendable = (text: string) =>
  text !== '' && /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text);

const message = door('message', fc.oneof(soundText, brokenText, broken(hostileText.filter(isSendable))));

const connect: fc.Arbitrary<ConnectAttempt> = fc
  .record({
    token: anyToken,
    place: fc.constantFrom<ConnectAttempt['place']>('url', 'subprotocol', 'both'),
    origin: anyOrigin,
    query: fc.array(
      fc.tuple(fc.constantFrom('user_id', 'Token', 'v', '__proto__'), fc.string({ maxLength: 9 })),
      { maxLength: 2 },
    ),
  })
  .map(({ token, place, origin, query }) => ({
    door: 'connect',
    verdict: verdictOf(token, origin),
    token: token.value,
    place,
    origin: origin.value,
    query,
  }));

/** Beyond this the gateway closes the connection instead. */
const frameBytes = 32_768;

const frame: fc.Arbitrary<FrameAttempt> = fc
  .oneof(
    sound(fc.constantFrom('{"action":"ping"}', '{"action":"ping","more":[1]}', ' {"action" : "ping"}')),
    broken(hostileMessage.filter((text) => Buffer.byteLength(text) <= frameBytes)),
  )
  .map(({ value: text, verdict }) => ({ door: 'frame', verdict, text }));

/** What is answered at once. */
export const promptAttempt: fc.Arbitrary<Attempt> = fc.oneof(
  { weight: 20, arbitrary: httpAttempt },
  { weight: 3, arbitrary: invocation },
  { weight: 1, arbitrary: connect },
  { weight: 1, arbitrary: frame },
);

/** What is taken at once, and is done or ends in the dead-letter queue later. */
export const laterAttempt: fc.Arbitrary<DoorAttempt> = fc.oneof(event, message);
