import { press, unpress } from '../../client/src/actions.ts';
import type { Clicks } from './clicks.ts';
import type { Operation } from './operation.ts';
import type { Page, SimulatedWorld } from './simulated-world.ts';

/** A device of a user, on which buttons can be pressed. Each answers whether it says that this has worked. */
interface Device {
  press(button: string): Promise<boolean>;
  takeBack(button: string): Promise<boolean>;
}

/** Presses buttons, and lets two devices of a user press different ones of a notification at once. */
export function createContests({ cloud, pages }: SimulatedWorld, clicks: Clicks) {
  const isUsable = ({ isStarted, tab }: Page) => isStarted && !tab.state.isFrozen;

  /** The buttons of a notification in a page. */
  function buttonsOf(page: Page, id: number): Device {
    const click =
      (isBack: boolean, make: typeof press) =>
      async (button: string): Promise<boolean> =>
        isUsable(page) && clicks.button(page, { id, button, isBack }, () => make(page.client, id, button));
    return { press: click(false, press), takeBack: click(true, unpress) };
  }

  /** A program that has the token of the user. */
  function deviceOfProgram(cause: string, user: string, id: number): Device {
    const send = (what: string) => async (button: string) =>
      (await cloud.send(`${cause} ${what}`, user, `${what} /notifications/${id}/actions/${button}`))
        .status === 200;
    return { press: send('POST'), takeBack: send('DELETE') };
  }

  async function contest(
    cause: string,
    mine: Page,
    { nth, rival, isTakenBack }: Extract<Operation, { kind: 'contest' }>,
  ): Promise<void> {
    const { user } = mine.tab.state;
    const rows = mine.client.getSnapshot().notifications.filter(({ actions }) => (actions?.length ?? 0) > 1);
    const row = rows[nth % rows.length];
    const [one, other] = row?.actions ?? [];
    if (!row || !one || !other) return;
    const rivals = pages.filter((page) => page !== mine && page.tab.state.user === user && isUsable(page));
    const theirs = rivals[rival % (rivals.length + 1)];
    const here = buttonsOf(mine, row.id);
    const there = theirs ? buttonsOf(theirs, row.id) : deviceOfProgram(cause, user, row.id);
    const [isHere, isThere] = await Promise.all([here.press(one.id), there.press(other.id)]);
    if (!isTakenBack) return;
    // Where an answer was lost, neither may say so.
    if (isHere && (await here.takeBack(one.id))) await there.press(other.id);
    else if (isThere && (await there.takeBack(other.id))) await here.press(one.id);
  }

  return { buttonsOf, contest };
}
