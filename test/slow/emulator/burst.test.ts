import { expect, it } from 'vitest';
import { command, installation, newUser } from '../../support/installation.ts';
import { riseTo } from '../../support/rise.ts';

/**
 * How many requests are in flight at once. MiniStack runs each of them in an environment of its own, as Lambda does, and each
 * environment needs a connection to the database. A role has 30.
 */
const inFlight = 60;

/** In the second and the third whole wave, environments that have no connection are used again. */
const waves = [...riseTo(inFlight), inFlight, inFlight, inFlight];

/** Sends each wave at once, and expects this answer to all of it. */
async function expectAnswers(answer: string, send: () => Promise<string>): Promise<void> {
  for (const times of waves) {
    const answers = await Promise.all(Array.from({ length: times }, send));
    expect(answers.filter((each) => each !== answer)).toEqual([]);
  }
}

it('answers each of three waves of creates that are more than the connections of their role', async () => {
  const belfry = installation();
  await expectAnswers('created', async () => {
    const { error } = await belfry.invoke(command(newUser()));
    return error?.errorMessage ?? 'created';
  });
});

it('answers each of three waves of reads that are more than the connections of their role', async () => {
  const belfry = installation();
  const read = async () => String((await belfry.as(newUser()).get('/notifications')).status);
  await expectAnswers('200', read);
});
