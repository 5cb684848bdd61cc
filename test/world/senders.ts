import { ruleOf } from './policy.ts';

/** Who gives commands, and how each comes in. Some may create what is of a restricted type, and the others may not. */
export const senders = {
  /** IAM lets it invoke the function. */
  service: { door: 'invoke', isAllowed: true },
  payments: { door: 'event', source: 'payments', isAllowed: true },
  blog: { door: 'event', source: 'blog', isAllowed: false },
  cashier: { door: 'http', scope: 'notifications:create notifications:create:payout', isAllowed: true },
  reporter: { door: 'http', scope: 'notifications:create', isAllowed: false },
} as const;

export type Sender = keyof typeof senders;

/** Whether the settings let a sender create notifications of this type. */
export const mayCreate = (sender: Sender, type: unknown): boolean =>
  senders[sender].isAllowed || ruleOf(type)?.rule.sources === undefined;
