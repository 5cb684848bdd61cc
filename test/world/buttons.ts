import type { Notification, NotificationOrRetracted } from '../../functions/core/notification.ts';
import { type Journal, nameOf } from './journal.ts';
import type { Loop } from './loop.ts';

/** How a notification stood from this time on. */
interface Turn {
  /** The button that was pressed. Null: none. */
  button: string | null;
  /** Then it is pressed by nothing. */
  isSnoozed: boolean;
  at: number;
}

export type Buttons = ReturnType<typeof createButtons>;

/** Which buttons were pressed and taken back, to compare with what is said of them. */
export function createButtons(loop: Loop, journal: Journal) {
  const turns = new Map<number, Turn[]>();
  /** How many requests have asked to take back a button of a row, and have not yet done so. */
  const askedBack = new Map<string, number>();

  const turnsOf = (id: number): Turn[] => turns.get(id) ?? [];
  const violate = (detail: string) => journal.violate('the first button wins', detail);

  /** Whether a row stood so at some moment from then until now. */
  function wasSo(id: number, since: number, isSo: (turn: Turn) => boolean): boolean {
    const all = [{ button: null, isSnoozed: false, at: Number.NEGATIVE_INFINITY }, ...turnsOf(id)];
    return all.some((turn, index) => isSo(turn) && since <= (all[index + 1]?.at ?? Number.POSITIVE_INFINITY));
  }

  /** Counts one more request to take a button back, or one less. Answers how many there are. */
  function countBack(id: number, button: string, change: number): number {
    const count = (askedBack.get(`${id} ${button}`) ?? 0) + change;
    askedBack.set(`${id} ${button}`, count);
    return count;
  }

  return {
    /** A request to take a button back is on its way. */
    asksBack: (id: number, button: string) => void countBack(id, button, 1),
    /** A row has changed. */
    look(row: NotificationOrRetracted): void {
      if (row.status === 'retracted') return;
      const { id, user_id, action_id } = row;
      const isSnoozed = row.status === 'snoozed';
      const last = turnsOf(id).at(-1);
      const before = last?.button ?? null;
      const isOther = action_id !== before;
      if (!isOther && isSnoozed === last?.isSnoozed) return;
      // An update that replaces the button that was pressed asks anew.
      const isReplaced = row.actions?.every((one) => one.id !== before);
      if (
        isOther &&
        before !== null &&
        !isReplaced &&
        (action_id !== null || countBack(id, before, -1) < 0)
      ) {
        violate(
          `${id} of ${nameOf(user_id)} went from ${before} to ${action_id}, and that was not asked for`,
        );
      }
      turns.set(id, [...turnsOf(id), { button: action_id, isSnoozed, at: loop.now() }]);
    },
    /** The service has answered a request to press a button, or to take it back. */
    answered(cause: string, { id, button, since, isBack }: Asked, status: number, row?: Notification): void {
      const isPressed = row?.action_id === button;
      // A snoozed one stays as it is.
      const isUntrue = status === 200 && row?.status !== 'snoozed' && isPressed === isBack;
      const isTaken = ({ button: one }: Turn) => one !== null && one !== button;
      if (isUntrue || (status === 409 && !wasSo(id, since, isTaken))) {
        violate(
          `${cause} of ${button} of ${id} was answered ${status}, after ${JSON.stringify(turnsOf(id))}`,
        );
      }
    },
    /** A client says that a change of a button has worked. */
    worked(name: string, { id, button, since, isBack }: Asked): void {
      const isSo = (turn: Turn) => turn.isSnoozed || (turn.button === button) !== isBack;
      if (wasSo(id, since, isSo)) return;
      const what = isBack ? 'take back' : 'press';
      violate(`${name} could ${what} ${button} of ${id}, after ${JSON.stringify(turnsOf(id))}`);
    },
  };
}

/** A request to press a button of a row, or to take it back, and when it was made. */
export interface Asked {
  id: number;
  button: string;
  since: number;
  isBack: boolean;
}
