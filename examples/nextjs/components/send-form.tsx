'use client';

import { useActionState } from 'react';
import { announce, type Fields } from '../lib/actions.ts';

/** What stands in the form at first; the first recipient is chosen. */
const suggestion: Fields = {
  to: '',
  scope: '',
  how: 'now',
  title: 'Doors open in one hour',
  body: 'Entrance B is the shortest way to your seats.',
};

/** How it is sent. */
const ways: readonly Option[] = [
  { id: 'now', label: 'Now' },
  { id: 'group', label: 'Now, as one with those that are unread' },
  { id: 'later', label: 'In a minute' },
];

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
 * Sends a notification to one person, by an action of the server. What was sent last can be changed, taken back or called off.
 *
 * @param firstKey the idempotency key of what is sent first; each answer brings the next
 */
export function SendForm({ recipients, scopes, firstKey }: SendFormProps) {
  const [outcome, action, isPending] = useActionState(announce, {
    text: '',
    isProblem: false,
    key: firstKey,
  });
  const { to, scope, how, title, body } = outcome.fields ?? suggestion;
  const { last } = outcome;
  return (
    <form className="card fields" action={action}>
      <Choice name="to" text="To" options={recipients} chosen={to} />
      <Choice
        name="scope"
        text="Rings in"
        options={[{ id: '', label: 'Every frontend' }, ...scopes]}
        chosen={scope}
      />
      <Choice name="how" text="When" options={ways} chosen={how} />
      <label>
        Title
        <input name="title" defaultValue={title} required />
      </label>
      <label>
        Body
        <textarea name="body" rows={2} defaultValue={body} required />
      </label>
      <input type="hidden" name="key" value={outcome.key} />
      <div className="buttons">
        <button className="primary" type="submit" name="intent" value="send" disabled={isPending}>
          Send
        </button>
        {last?.scheduled_id && <Intent name="cancel" text="Call it off" />}
        {last && !last.scheduled_id && (
          <>
            {!last.isGrouped && <Intent name="change" text="Change it to this" />}
            <Intent name="retract" text="Take it back" />
          </>
        )}
      </div>
      <p className={outcome.isProblem ? 'problem' : 'outcome'} role="status">
        {outcome.text}
      </p>
    </form>
  );
}

/** A button that does something with what was sent last. */
const Intent = ({ name, text }: { name: string; text: string }) => (
  <button className="quiet" type="submit" name="intent" value={name}>
    {text}
  </button>
);

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
