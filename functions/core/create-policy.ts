import { comparedType } from './compared-type.ts';
import { defaultCreateScope } from './deployment.ts';
import { Forbidden } from './errors.ts';

/**
 * The door of a create command, and what the door knows about its sender. IAM decides who may invoke the function or send
 * to the queue, so these two doors know nothing about the sender.
 */
export type CreateDoor =
  | { name: 'invoke' }
  | { name: 'queue' }
  | { name: 'event'; source: string }
  | { name: 'http'; scopes: ReadonlySet<string> };

/** Who may create what, by which door. */
export interface CreatePolicy {
  /**
   * Checks whether the sender may create notifications of this type. Without a type, it checks whether the sender may
   * create at all; a door can do this before it reads the command.
   * @throws Forbidden naming the scope or the source that is missing
   */
  check(door: CreateDoor, type?: unknown): void;
}

/**
 * The policy for restricted types, which only some senders may create. Every sender may create the other types. A type is
 * restricted in whatever way it is spelled: `Payout` needs what `payout` needs.
 * @param restrictedTypes each such `metadata.type`, and the event sources that may send it
 * @param createScope the scope that a token needs to create over HTTP; for a restricted type also `<createScope>:<type>`
 */
export function createPolicy(
  restrictedTypes: Readonly<Record<string, readonly string[]>>,
  createScope = defaultCreateScope,
): CreatePolicy {
  // A map, because every object has a property `constructor`, which is also a possible type.
  const rules = new Map(
    Object.entries(restrictedTypes).map(([name, sources]) => [comparedType(name), { name, sources }]),
  );
  const ruleFor = (type: unknown) => (typeof type === 'string' ? rules.get(comparedType(type)) : undefined);

  function checkScopes(scopes: ReadonlySet<string>, type: unknown): void {
    const rule = ruleFor(type);
    const needed = rule ? [createScope, `${createScope}:${rule.name}`] : [createScope];
    const missing = needed.filter((scope) => !scopes.has(scope));
    if (missing.length > 0) throw new Forbidden(`The token lacks the scope ${missing.join(' ')}.`);
  }

  function checkSource(source: string, type: unknown): void {
    const rule = ruleFor(type);
    if (!rule || rule.sources.includes(source)) return;
    throw new Forbidden(
      `The event source ${source} may not create the type ${rule.name}. ` +
        `Add ${source} to restrictedTypes.${rule.name}, or use an allowed source.`,
    );
  }

  return {
    check(door, type) {
      switch (door.name) {
        case 'http':
          return checkScopes(door.scopes, type);
        case 'event':
          return checkSource(door.source, type);
        case 'invoke':
        case 'queue':
          return;
      }
    },
  };
}
