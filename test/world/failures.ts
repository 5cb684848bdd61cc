import { reasonOf } from '../../functions/core/errors.ts';
import type { Logger } from '../../functions/core/ports.ts';
import type { Journal } from './journal.ts';

/** What a function may fail with, beside the crash that may end any of them. */
const thrown = {
  create: ['Outage', 'IdempotencyConflict', 'Unavailable', 'NotFound', 'AlreadySent', 'Forbidden'],
  tick: ['Outage', 'Unavailable', 'Throttled'],
  'publish events': [],
  request: [],
  connect: [],
  disconnect: ['Throttled'],
  redelivery: [],
  retention: ['Outage'],
  'move up': ['Outage'],
} as const satisfies Record<string, readonly string[]>;

/** What a line of a log may give as its reason: an error's name, or the code of a refusal. */
const logged: Readonly<Record<string, readonly string[]>> = {
  request_failed: ['Outage', 'Unavailable'],
  request_refused: [
    'unauthenticated',
    'not_found',
    'action_taken',
    'invalid_request',
    'forbidden',
    'already_sent',
    'idempotency_conflict',
  ],
  create_failed: ['Outage', 'Unavailable'],
  scheduled_refused: ['ValidationError'],
  tick_failed: ['Outage', 'Unavailable', 'Throttled'],
  events_not_published: ['Throttled', 'InternalFailure'],
  connect_failed: ['Throttled'],
  connections_not_found: ['Throttled'],
  connection_not_forgotten: ['Throttled'],
  redelivery_not_queued: ['Throttled'],
};

/** The functions, by what they are asked for. */
export type Door = keyof typeof thrown;

/** Sees how one run of a function fails, and what it logs: only the weather's errors and core's own refusals are foreseen. */
export function witness(journal: Journal, door: Door, cause: string) {
  function see(where: string, reason: unknown, foreseen: readonly string[] = []): void {
    const [name = ''] = reasonOf(reason).split(':');
    if (!foreseen.includes(name)) violate(`${where} of ${cause}: ${toText(reason)}`);
  }
  const violate = (detail: string) => journal.violate('failures are foreseen', detail);

  const log = (message: string, { error, reason, code }: Record<string, unknown> = {}): void => {
    // The same is thrown.
    if (message === 'create_refused') return;
    const why = error ?? reason ?? code;
    if (why !== undefined) see(message, why, logged[message]);
  };
  const logger: Logger = { info: log, error: log };
  return { logger, onFailure: (error: unknown) => see(door, error, thrown[door]) };
}

/** An error with all that it says, where it says anything. */
export const toText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? reasonOf(error)) : String(error);
