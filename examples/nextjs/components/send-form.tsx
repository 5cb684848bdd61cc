'use client';

import { useActionState } from 'react';
import { announce, type Fields } from '../lib/actions.ts';

/** What stands in the form at first; the first recipient is chosen. */
const suggestion: Fields = {
  to: '',
  scope: '',
  title: 'Doors open in one hour',
  body: 'Entrance B is the shortest way to your seats.',
};

interface Option {
  id: string;
  label: string;
}

interface SendFormProps {
  recipients: readonly Option[];
  scopes: readonly Option[];
  firstKey: string;
}

/**
 * Sends a notification to one person, by an action of the server.
 *
 * @param firstKey the idempotency key of what is sent first; each answer brings the next
 */
export function SendForm({ recipients, scopes, firstKey }: SendFormProps) {
  const [outcome, action, isPending] = useActionState(announce, {
    text: '',
    isProblem: false,
    key: firstKey,
  });
  const { to, scope, title, body } = outcome.fields ?? suggestion;
  return (
    <form className="card fields" action={action}>
      <Choice name="to" text="To" options={recipients} chosen={to} />
      <Choice
        name="scope"
        text="Rings in"
        options={[{ id: '', label: 'Every frontend' }, ...scopes]}
        chosen={scope}
      />
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

interface ChoiceProps {
  name: string;
  text: string;
  options: readonly Option[];
  /** The id of the option that is chosen at first. */
  chosen: string;
}

function Choice({ name, text, options, chosen }: ChoiceProps) {
  return (
    <label>
      {text}
      {/* Another element for another choice: React does not change what a select is reset to. */}
      <select key={chosen} name={name} defaultValue={chosen}>
        {options.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
