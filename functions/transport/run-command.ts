import type {
  Cancelled,
  CreatedMany,
  CreatedOne,
  RetractedMany,
  Scheduled,
  UpdatedMany,
  UpdatedOne,
} from '../core/answers.ts';
import type { Command } from '../core/command.ts';
import type { CommandService } from '../core/command-service.ts';
import type { CheckedContent, CreateDoor, CreatePolicy } from '../core/create-policy.ts';

/** What a door answers to a command. */
export type CommandAnswer =
  | CreatedOne
  | CreatedMany
  | Scheduled
  | UpdatedOne
  | UpdatedMany
  | RetractedMany
  | Cancelled;

/** Who gives a command over HTTP. */
export interface Caller {
  user_id: string;
  /** Whether the caller may cancel what others have scheduled. */
  isAdmin: boolean;
}

/** Whose scheduled creates a caller may see and cancel. Null: those of everybody. */
export const askerOf = (caller: Caller | null): string | null =>
  caller === null || caller.isAdmin ? null : caller.user_id;

/**
 * Checks whether the sender may give this command. Whether what an update or a retract finds is of a type that the sender may
 * not create, only the database knows.
 * @throws ValidationError, Forbidden
 */
export function checkCommand(policy: CreatePolicy, door: CreateDoor, command: Command): void {
  policy.check(door, contentOf(command));
}

function contentOf(command: Command): CheckedContent | undefined {
  switch (command.action) {
    case 'create':
      return command.command;
    case 'update':
      return { scope: null, metadata: command.command.patch.metadata ?? {} };
    case 'retract':
    case 'cancel':
      return undefined;
  }
}

/**
 * Does what a command says that was checked.
 * @param caller null for a door where IAM decides who may send
 */
export async function runCommand(
  { service, policy }: { service: CommandService; policy: CreatePolicy },
  door: CreateDoor,
  command: Command,
  caller: Caller | null,
): Promise<CommandAnswer> {
  switch (command.action) {
    case 'create': {
      const { command: create, deliver_at } = command;
      if (deliver_at === null) return service.create(create, policy.rule(create), door.name);
      return service.schedule({ command: create, deliver_at }, caller?.user_id ?? null);
    }
    case 'update':
      return service.update(command.command, policy.forbidden(door));
    case 'retract':
      return service.retract(command.command, policy.forbidden(door));
    case 'cancel':
      return service.cancel(command.scheduled_id, askerOf(caller));
  }
}
