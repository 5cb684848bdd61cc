import { choiceOption } from '../choice-option.ts';
import type { Installation } from './installation.ts';

/** What each door needs of an installation: an output, and the IAM action that a producer needs. */
const doors = {
  invoke: { output: 'CreateFunctionName', action: 'lambda:InvokeFunction' },
  event: { output: 'EventBusName', action: 'events:PutEvents' },
  queue: { output: 'CreateQueueUrl', action: 'sqs:SendMessage' },
  http: { output: 'HttpApiUrl', action: undefined },
} as const;

export type DoorName = keyof typeof doors;

// The cast: the keys of exactly this record.
const doorNames = Object.keys(doors) as DoorName[];

/** A door of an installation, by which the check creates. */
export interface ChosenDoor {
  name: DoorName;
  /** The IAM action that it needs. Undefined: it takes a token. */
  action: string | undefined;
  /** The name or the address of what it calls. */
  resource: string;
}

/**
 * @throws Error if there is no such door, or the installation has no output for it
 */
export function chooseDoor({ name: stack, outputs }: Installation, value: string): ChosenDoor {
  const name = choiceOption('door', value, doorNames);
  const { output, action } = doors[name];
  const resource = outputs[output];
  if (resource !== undefined) return { name, action, resource };
  throw new Error(
    `${stack} has no output ${output}, which the door ${name} needs. Add it to your stack, or choose --door http, which needs a token with the scope notifications:create.`,
  );
}
