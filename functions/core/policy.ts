/** What an installation has decided about one type of notifications (`metadata.type`). */
export interface TypeRule {
  /** The scope of a notification whose command names none. Left out: no scope. */
  scope?: string;
  /** Whether recipients cannot switch the type off. Default: false. */
  critical?: boolean;
  /** Whether recipients get it who have not chosen. Default: `on`. */
  default?: 'on' | 'off';
  /**
   * The event sources that may create it. Then a token needs the scope `notifications:create:<type>` too. Left out: every
   * producer may create it.
   */
  sources?: readonly string[];
  /** Whether created notifications of this type are a metric of their own. Default: false. */
  measured?: boolean;
  /** Whether changes by the recipient are told on the event bus. Default: false. */
  events?: boolean;
}

/**
 * What an installation has decided about its notifications. The stack checks it and writes it into `policy.json`, beside
 * the code of each function that needs it, because the environment of a function has 4 KB at most.
 */
export interface Policy {
  /** The frontends that have a bell of their own, at most 8. */
  scopes: readonly string[];
  types: Readonly<Record<string, TypeRule>>;
  /** Whether a notification of another type is refused. */
  strictTypes: boolean;
}

/** What a scope may be called. */
export const scopeName = /^[a-z][a-z0-9_-]{0,31}$/;

/** How many scopes an installation may have: every frame has the counts of each. */
export const mostScopes = 8;
