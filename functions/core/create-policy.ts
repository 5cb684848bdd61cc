import { comparedType } from './compared-type.ts';
import type { CreateCommand } from './create-command.ts';
import { defaultCreateScope } from './deployment.ts';
import { type FieldError, Forbidden, ValidationError } from './errors.ts';
import { unknownScope } from './known-scope.ts';
import type { CreateRule } from './notification-repository.ts';
import { quoted } from './parse.ts';
import type { Policy, TypeRule } from './policy.ts';

/**
 * The door of a create command, and what the door knows about its sender. IAM decides who may invoke the function or send
 * to the queue, so these two doors know nothing about the sender.
 */
export type CreateDoor =
  | { name: 'invoke' }
  | { name: 'queue' }
  | { name: 'event'; source: string }
  | { name: 'http'; scopes: ReadonlySet<string> }
  // A scheduled create that is due. Who sent it was checked when it came.
  | { name: 'schedule' };

/** What the policy looks at in a command. */
export type CheckedContent = Pick<CreateCommand, 'scope' | 'metadata'>;

/** Who may create what, by which door, and how the settings complete it. */
export interface CreatePolicy {
  /**
   * Checks whether the sender may create this. Without a command, it checks whether the sender may create at all; a door can
   * do this before it reads the command.
   * @throws ValidationError naming a scope that is not configured or, with `strictTypes`, a type that is not
   * @throws Forbidden naming the scope of the token or the source that is missing
   */
  check(door: CreateDoor, content?: CheckedContent): void;
  /** How the settings complete a command that was checked. */
  rule(content: CheckedContent): CreateRule;
  /**
   * The types that the sender may not create, and so may not update or retract either, in the form in which types are
   * compared.
   */
  forbidden(door: CreateDoor): string[];
}

/**
 * The policy of an installation. Its restricted types, those with `sources`, only some senders may create. A type is the
 * configured one in whatever way it is spelled: `Payout` needs what `payout` needs.
 * @param createScope the scope that a token needs to create over HTTP; for a restricted type also `<createScope>:<type>`
 */
export function createPolicy(
  { scopes, types, strictTypes }: Policy,
  createScope = defaultCreateScope,
): CreatePolicy {
  // A map, because every object has a property `constructor`, which is also a possible type.
  const rules = new Map(
    Object.entries<TypeRule>(types).map(([name, rule]) => [comparedType(name), { name, ...rule }]),
  );
  const ruleFor = ({ metadata: { type } }: CheckedContent) =>
    typeof type === 'string' ? rules.get(comparedType(type)) : undefined;
  const restriction = (content?: CheckedContent) => {
    const { name = '', sources } = (content && ruleFor(content)) ?? {};
    return sources && { name, sources };
  };

  function unknownType(content: CheckedContent): FieldError[] {
    const { type } = content.metadata;
    if (!strictTypes || typeof type !== 'string' || ruleFor(content)) return [];
    const known = Object.keys(types).join(', ');
    return [{ path: 'metadata.type', message: `must be one of ${known || '(none)'}; it is ${quoted(type)}` }];
  }

  function checkContent(content: CheckedContent): void {
    const errors = [...unknownScope(content.scope, scopes), ...unknownType(content)];
    if (errors.length > 0) throw new ValidationError(errors);
  }

  function checkScopes(held: ReadonlySet<string>, content?: CheckedContent): void {
    const restricted = restriction(content);
    const needed = restricted ? [createScope, `${createScope}:${restricted.name}`] : [createScope];
    const missing = needed.filter((scope) => !held.has(scope));
    if (missing.length > 0) throw new Forbidden(`The token lacks the scope ${missing.join(' ')}.`);
  }

  function checkSource(source: string, content?: CheckedContent): void {
    const restricted = restriction(content);
    if (!restricted || restricted.sources.includes(source)) return;
    const { name } = restricted;
    throw new Forbidden(
      `The event source ${source} may not create the type ${name}. ` +
        `Add ${source} to types.${name}.sources, or use an allowed source.`,
    );
  }

  return {
    check(door, content) {
      if (content) checkContent(content);
      switch (door.name) {
        case 'http':
          return checkScopes(door.scopes, content);
        case 'event':
          return checkSource(door.source, content);
        case 'invoke':
        case 'queue':
        case 'schedule':
          return;
      }
    },

    forbidden(door) {
      const mayCreate = (name: string, sources: readonly string[]): boolean => {
        if (door.name === 'http') return door.scopes.has(`${createScope}:${name}`);
        return door.name !== 'event' || sources.includes(door.source);
      };
      return [...rules].flatMap(([type, { name, sources }]) =>
        sources && !mayCreate(name, sources) ? [type] : [],
      );
    },

    rule(content) {
      const rule = ruleFor(content);
      const isOptional = rule !== undefined && rule.critical !== true;
      return {
        scope: content.scope ?? rule?.scope ?? null,
        optional: isOptional ? { type: comparedType(rule.name), isDefaultOn: rule.default !== 'off' } : null,
        type: rule ? comparedType(rule.name) : null,
        typeName: rule?.name ?? null,
      };
    },
  };
}
