import { describedApi } from '../support/described.ts';
import type { DoorAttempt } from './attempt.ts';
import { filled } from './judge-http.ts';
import { type Judged, usersIn } from './judged.ts';
import type { Fixture, World } from './world.ts';

/** Why a command is refused, as an invocation's `errorType` has it. */
const refusals = ['ValidationError', 'IdempotencyConflict', 'Forbidden', 'NotFound', 'AlreadySent'];

const { faultsAt } = describedApi();

/** In what an answer is none of those that the HTTP API gives to a command. */
function faultsOfAnswer(answer: unknown): string[] {
  const route = ['paths', '/notifications', 'post', 'responses'];
  const all = ['200', '201', '202'].map((status) =>
    faultsAt([...route, status, 'content', 'application/json', 'schema'], answer),
  );
  return all.some((faults) => faults.length === 0) ? [] : all.flat();
}

/** Invokes the create function, and says in what its answer is not what the contract promises. */
export async function judgeInvocation(
  { text, verdict }: DoorAttempt,
  fixture: Fixture,
  world: World,
): Promise<Judged> {
  const { created, error } = await world.own.belfry.invoke<object | null>(JSON.parse(filled(text, fixture)));
  const faults = [
    // What looks like the payload of another door is answered as that door answers.
    ...(error || verdict === 'strange' ? [] : faultsOfAnswer(created)),
    ...(error && !refusals.includes(error.errorType) ? [`fails with ${error.errorType}`] : []),
    ...(error && verdict === 'sound' ? [`refuses what is sound: ${error.errorMessage}`] : []),
    ...(!error && verdict === 'broken' ? ['takes what is broken'] : []),
  ];
  return { faults, mayWrite: error ? [] : usersIn(created) };
}

/** What Lambda keeps of an asynchronous invocation that has failed for good. */
interface FailureRecord {
  requestPayload: { detail: unknown };
  responsePayload: { errorType: string };
}

/**
 * Sends events and messages, and says of each in what it did not end as the contract promises: what is sound is done,
 * and what is broken is in the dead-letter queue once, as it was sent, with the error's name where there is room for it.
 */
export async function judgeLater(
  attempts: readonly DoorAttempt[],
  fixtures: readonly Fixture[],
  world: World,
): Promise<Judged[]> {
  const { belfry } = world.own;
  const before = await world.inboxes();
  const sent = attempts.map((attempt, index) => {
    const fixture = fixtures[index];
    if (!fixture) throw new Error('Each attempt has a fixture of its own.');
    return { ...attempt, fixture, text: filled(attempt.text, fixture) };
  });
  for (const { door, text } of sent) {
    if (door === 'event') await belfry.putEvent(JSON.parse(text));
    else await belfry.sendMessage(text);
  }
  const broken = sent.filter(({ verdict }) => verdict === 'broken');
  const letters = await world.takeLetters(broken.length);
  const done = await world.changedSince(before, sent.length - broken.length);
  return sent.map(({ door, text, verdict, fixture }) => {
    const found = letters.filter((letter) => isOf(letter, door, text)).length;
    const sentAlike = sent.filter((each) => each.door === door && each.text === text).length;
    const isSound = verdict === 'sound';
    return {
      faults: [
        ...(found === (isSound ? 0 : sentAlike) ? [] : [`is in the dead-letter queue ${found} times`]),
        ...(isSound && !done.has(fixture.other.user) ? ['has made nothing'] : []),
      ],
      mayWrite: isSound ? [fixture.other.user] : [],
    };
  });
}

function isOf(letter: string, door: DoorAttempt['door'], text: string): boolean {
  if (door === 'message') return letter === text;
  if (!letter.includes('"requestPayload"')) return false;
  const { requestPayload, responsePayload }: FailureRecord = JSON.parse(letter);
  const isSame = JSON.stringify(requestPayload.detail) === JSON.stringify(JSON.parse(text));
  return isSame && refusals.includes(responsePayload.errorType);
}
