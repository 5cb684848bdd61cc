import type { Schedule } from './answers.ts';
import type { CreateCommand } from './create-command.ts';

/** A create command that is to be sent later, as it is stored. */
export interface ScheduledCommand {
  id: number;
  command: CreateCommand;
  /** When it has expired, if that was before any tick has claimed it. Then it was not sent, and is sent no more. */
  expired_at: string | null;
}

/** A schedule, and the token subject that made it. Null: a door of AWS did, so that IAM decides who may ask for it. */
export interface OwnedSchedule extends Schedule {
  made_by: string | null;
}

/** Creates that are to be sent later, in the database. Every method throws `Unavailable` if it cannot be reached. */
export interface ScheduleRepository {
  /**
   * Keeps a command until a time. A command with an idempotency key and the same recipients is kept once.
   * @param made_by the subject of the token, or null
   * @throws IdempotencyConflict if the same recipients have the key of another scheduled command, or of another time
   */
  schedule(command: CreateCommand, deliver_at: string, made_by: string | null): Promise<OwnedSchedule>;
  /** Undefined: there is none, or it was sent or cancelled more than 30 days ago. */
  findSchedule(id: number): Promise<OwnedSchedule | undefined>;
  /**
   * Calls a schedule off.
   * @param made_by only if this subject has made it; null: it does not matter who has made it
   * @returns `cancelled`, also if it was before; `too_late` if it is sent or being sent; undefined if there is none
   */
  cancel(id: number, made_by: string | null): Promise<'cancelled' | 'too_late' | undefined>;
}
