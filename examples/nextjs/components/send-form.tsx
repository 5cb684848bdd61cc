'use client';

import { useActionState } from 'react';
import { send } from '../lib/actions.ts';

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
  return (
    <form className="card fields" action={action}>
      <label>
        To
        <select name="to">
          {recipients.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Title
        <input name="title" defaultValue="Doors open in one hour" required />
      </label>
      <label>
        Body
        <textarea
          name="body"
          rows={2}
          defaultValue="Entrance B is the shortest way to your seats."
          required
        />
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
