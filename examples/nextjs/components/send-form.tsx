'use client';

import { useActionState } from 'react';
import { type Fields, send } from '../lib/actions.ts';

/** What stands in the form at first; the first recipient is chosen. */
const suggestion: Fields = {
  to: '',
  title: 'Doors open in one hour',
  body: 'Entrance B is the shortest way to your seats.',
};

/**
 * Sends a notification to one person, by an action of the server.
 *
 * @param firstKey the idempotency key of what is sent first; each answer brings the next
 */
export function SendForm({
  recipients,
  firstKey,
}: {
  recipients: readonly { id: string; label: string }[];
  firstKey: string;
}) {
  const [outcome, action, isPending] = useActionState(send, { text: '', isProblem: false, key: firstKey });
  const { to, title, body } = outcome.fields ?? suggestion;
  return (
    <form className="card fields" action={action}>
      <label>
        To
        {/* Another element for another choice: React does not change what a select is reset to. */}
        <select key={to} name="to" defaultValue={to}>
          {recipients.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Title
        <input name="title" defaultValue={title} required />
      </label>
      <label>
        Body
        <textarea name="body" rows={2} defaultValue={body} required />
      </label>
      <input type="hidden" name="key" value={outcome.key} />
      <button className="primary" type="submit" disabled={isPending}>
        Send
      </button>
      <p className={outcome.isProblem ? 'problem' : 'outcome'} role="status">
        {outcome.text}
      </p>
    </form>
  );
}
