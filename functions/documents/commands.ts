import * as z from 'zod/mini';
import { buttonId, buttons } from '../core/buttons.ts';
import { cancelCommandSchema } from '../core/command.ts';
import { alertAfter, body, group, groupKey, title } from '../core/content.ts';
import { createCommandSchema } from '../core/create-command.ts';
import { uuid } from '../core/fields.ts';
import { limits } from '../core/limits.ts';
import { retractCommandSchema } from '../core/retract-command.ts';
import { updateCommandSchema } from '../core/update-command.ts';
import { component, controls, describe } from './components.ts';
import { exampleCommand } from './inputs.ts';

// The commands of producers: the schemas are core's, and here is said what their refinements check.

const aboutControls =
  'A bidirectional control (U+202A to U+202E, U+2066 to U+2069) without its partner on the same line is left out.';

/** What the documents say of a text of which at least one character shows. */
const visible = {
  description: `At least one character is visible: white space, joiners, fillers and their like are not. ${aboutControls}`,
  // There is no portable pattern for invisible characters other than white space.
  pattern: `^[^${controls}]*[^\\s${controls}][^${controls}]*$`,
};

describe(title, visible);
describe(body, { description: aboutControls });
describe(groupKey, { description: 'What creates of one group have in common.' });
describe(alertAfter, {
  type: 'integer',
  minimum: limits.alertAfterMinimum,
  maximum: limits.alertAfterMaximum,
});

describe(buttonId, {
  description: 'The id of an action: letters, digits and `. _ ~ -`, and neither `.` nor `..`.',
  pattern: '^(?:[A-Za-z0-9_~-]|\\.[A-Za-z0-9_~-]|\\.\\.[A-Za-z0-9._~-])[A-Za-z0-9._~-]*$',
});
const button = component('ButtonToCreate', buttons.def.out.def.element, {
  description:
    'A button. It leads to a path of the frontend (`route`) or to a `url`, not to both, or just records that it was pressed.',
  example: { id: 'accept', label: 'Accept' },
});
describe(button.shape.label, visible);
component('ButtonsToCreate', buttons, {
  example: [{ id: 'accept', label: 'Accept' }],
  description:
    `1 to ${limits.buttons} actions, of which the recipient may take one. Their ids differ. Together they have at most ` +
    `${limits.buttonsBytes} bytes as JSON.`,
  type: 'array',
  items: { $ref: '#/components/schemas/ButtonToCreate' },
  minItems: 1,
  maxItems: limits.buttons,
});

component('Group', group, {
  description:
    'The group of a create. If its recipient has an unread notification of the group, the create goes into that one. From the ' +
    'second on it says `title` and `body` of the group, in which `{count}` stands for how many there are, and `{others}` for ' +
    'one less.',
  example: { key: 'booking-981', title: '{count} people booked' },
});

const { user_id: _, user_ids: __, ...content } = createCommandSchema.shape;

// No keyword `default` in a body: generators would take the field for one that is always there.
describe(content.action, { description: 'Default: `create`.' });
describe(content.actor_id, { description: 'Who caused it.' });
describe(content.body, { description: `Default: empty. ${aboutControls}` });
describe(content.metadata, { description: 'Default: `{}`.' });
describe(content.channel, { description: 'Default: `in_app`.' });
describe(content.scope, {
  description:
    'The frontend in whose bell it is shown. Default: the scope of its type or, if that has none, no scope. Then it is shown ' +
    'in all bells.',
});
describe(content.expires_at, {
  description: 'When it is archived. In the future, and after `deliver_at`.',
});
describe(content.alert_after, {
  description:
    'After how many seconds `notification.unread_after` is put on the event bus if it has stayed unread until then.',
});
describe(content.deliver_at, {
  description:
    'When to create it, at most 365 days ahead. If it has passed by less than a day, it is created at once.',
});
describe(content.idempotency_key, {
  description: 'A repeated key of the same recipient makes nothing, and answers with the first notification.',
});

const aboutCommands =
  'A field that may be left out may also be null, which means the same. Lengths are in Unicode code points. No text holds ' +
  'control characters (except tab and line breaks) or unpaired surrogates.';

const several = z.strictObject({
  user_ids: describe(z.array(uuid).check(z.minLength(1), z.maxLength(limits.rawRecipients)), {
    description: `1 to ${limits.recipients} recipients; repeated ids count once.`,
  }),
});
const one = z.strictObject({ user_id: uuid });

// Generators make a type of each branch of a union only if it is a whole schema with a name. They tell two branches apart
// by a field that only one of them has. So none has the field of the other, although the service takes it if it is null.
const createForOne = component('CreateForOne', z.strictObject({ ...one.shape, ...content }), {
  description: `What a notification says, to one user. \`user_ids: null\` may stand beside it. ${aboutCommands}`,
  example: exampleCommand,
});
const createForMany = component('CreateForMany', z.strictObject({ ...several.shape, ...content }), {
  description: `What a notification says, to several users. \`user_id: null\` may stand beside it. ${aboutCommands}`,
  example: { user_ids: [exampleCommand.user_id], title: 'Doors open in an hour' },
});

const { user_id: ___, user_ids: ____, ...patch } = updateCommandSchema.shape;
describe(patch.idempotency_key, { description: 'The key of the create whose notification is edited.' });
describe(patch.expires_at, { description: 'When it is archived, in the future. Null: never.' });
describe(patch.actions, { description: 'Null: none.' });
describe(patch.actor_id, { description: 'Null: no actor.' });
describe(patch.body, { description: 'Null: empty.' });
describe(patch.metadata, { description: 'Null: `{}`.' });
describe(patch.realert, { description: 'Whether it becomes unread and moves up. Default: false.' });

const aboutUpdates =
  'At least one of title, body, metadata, actor_id, actions, expires_at is given. What is left out stays as it is.';
const updated = { action: 'update' as const, idempotency_key: exampleCommand.idempotency_key };
const updateForOne = component('UpdateForOne', z.strictObject({ ...one.shape, ...patch }), {
  description: `Edits the notification of one user. ${aboutUpdates}`,
  example: { ...updated, user_id: exampleCommand.user_id, title: 'Your seat has changed', realert: true },
});
const updateForMany = component('UpdateForMany', z.strictObject({ ...several.shape, ...patch }), {
  description: `Edits the notifications of several users. ${aboutUpdates}`,
  example: { ...updated, user_ids: [exampleCommand.user_id], title: 'Your seats have changed' },
});

const { user_id: _____, user_ids: ______, ...which } = retractCommandSchema.shape;
describe(which.idempotency_key, { description: 'The key of the create whose notification is retracted.' });
describe(which.group_key, { description: 'The group whose notifications are retracted, all of them.' });

const aboutRetracts =
  'Exactly one of idempotency_key and group_key is given. A create that is repeated later brings nothing back.';
const retractForOne = component('RetractForOne', z.strictObject({ ...one.shape, ...which }), {
  description: `Takes back what one user has. ${aboutRetracts}`,
  example: {
    action: 'retract',
    user_id: exampleCommand.user_id,
    idempotency_key: exampleCommand.idempotency_key,
  },
});
const retractForMany = component('RetractForMany', z.strictObject({ ...several.shape, ...which }), {
  description: `Takes back what several users have. ${aboutRetracts}`,
  example: { action: 'retract', user_ids: [exampleCommand.user_id], group_key: 'booking-981' },
});

component('CancelCommand', cancelCommandSchema, {
  description: 'Calls a scheduled create off.',
  example: { action: 'cancel', scheduled_id: 57 },
});

/** Every command. Core parses both kinds of recipients with one schema, so that a refusal names every field. */
export const command = component(
  'Command',
  z.xor([
    createForOne,
    createForMany,
    updateForOne,
    updateForMany,
    retractForOne,
    retractForMany,
    cancelCommandSchema,
  ]),
  {
    description:
      'What a producer says: create, update, retract or cancel, and to whom: exactly one of `user_id` and `user_ids`. Without ' +
      '`action` it is a create.',
  },
);
