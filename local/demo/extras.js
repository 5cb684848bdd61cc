/** The people who act in the demo, by their ids. */
export const people = new Map([
  ['0b5e55ed-0000-4000-8000-0000000000a1', 'Mira'],
  ['0b5e55ed-0000-4000-8000-0000000000a2', 'Jonas'],
  ['0b5e55ed-0000-4000-8000-0000000000a3', 'Ayo'],
  ['0b5e55ed-0000-4000-8000-0000000000a4', 'Lin'],
]);
let sent = 0;

const inOneMinute = () => new Date(Date.now() + 61_000).toISOString();

/** What a notification can have beside its text, by the values of the field “With”: fields of a create command. */
export const extras = {
  nothing: { name: 'Nothing', fields: () => ({}) },
  group: {
    name: 'A group',
    fields: ({ title, metadata }) => {
      sent += 1;
      const group = { key: `demo-${metadata.type}`, title: `${title} ({count})` };
      return { group, actor_id: [...people.keys()][sent % people.size] };
    },
  },
  buttons: {
    name: 'Buttons',
    fields: ({ metadata: { route } }) => ({
      actions: [
        { id: 'accept', label: 'Count me in' },
        { id: 'decline', label: 'Not this time' },
        ...(route ? [{ id: 'show', label: 'Show it', route }] : []),
      ],
    }),
  },
  later: { name: '1 min delay', fields: () => ({ deliver_at: inOneMinute() }) },
  expiry: { name: '1 min life', fields: () => ({ expires_at: inOneMinute() }) },
};

/**
 * What can be done about a command that was sent: a list of `{ name, command }`.
 *
 * @param command with its recipient and its key
 * @param answer of the door
 */
export function followUps({ user_id, idempotency_key, group, title, body, metadata }, answer) {
  const { type, route } = metadata;
  const { scheduled } = answer;
  if (scheduled) return [{ name: 'Call it off', command: { action: 'cancel', scheduled_id: scheduled.id } }];
  const retract = (by) => ({ name: 'Take it back', command: { action: 'retract', user_id, ...by } });
  if (group) return [retract({ group_key: group.key })];
  // The catalogue has no words for it any more, so it says this in every language.
  const changed = {
    title: `Changed: ${title}`,
    body,
    metadata: { type, ...(route && { route }) },
    realert: true,
  };
  return [
    { name: 'Change it', command: { action: 'update', user_id, idempotency_key, ...changed } },
    retract({ idempotency_key }),
  ];
}
