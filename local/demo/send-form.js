import { demoCatalogue } from '../demo-catalogue.ts';
import { choice } from './choice.js';
import { extras } from './extras.js';
import { typeNames } from './words.js';

/** What the form offers to send: metadata for the texts of the catalogue, or a text of its own. */
const presets = [
  { type: 'booking', metadata: { seats: 2, route: '/bookings/981' } },
  {
    type: 'announcement',
    metadata: { route: '/events/42' },
    title: 'Doors open in one hour',
    body: 'Entrance B is the shortest way to your seats. Have your ticket ready.',
  },
  { type: 'promo', metadata: { percent: 20 } },
  { type: 'digest', metadata: { events: 5 } },
  { type: 'payout', metadata: { euros: 480 } },
].map((preset) => ({ ...preset, ...textOf(preset) }));

const doors = [
  { name: 'invoke', text: 'Invoke' },
  { name: 'event', text: 'Event' },
  { name: 'queue', text: 'Queue' },
  { name: 'http', text: 'HTTP' },
];

const byId = (id) => document.getElementById(id);

function textOf({ type, metadata, title, body }) {
  return title
    ? { title, body }
    : demoCatalogue.text({ title: type, body: '', metadata: { type, ...metadata } }, 'en');
}

/**
 * The form that sends.
 *
 * @param onSend called with the fields of a create command, without the recipient, and the name of a door
 */
export function createSendForm({ onSend }) {
  const form = byId('send');
  const outcome = byId('outcome');
  const chosen = () => presets[Number(new FormData(form).get('preset'))];

  presets.forEach((preset, index) => {
    const looks = { text: typeNames.en[preset.type].label, className: 'chip', isChecked: index === 0 };
    const onChoose = () => fillIn(preset);
    byId('presets').append(choice({ name: 'preset', value: String(index), ...looks, onChoose }));
  });
  doors.forEach(({ name, text }, index) => {
    const looks = { text, className: 'segment', isChecked: index === 0 };
    byId('doors').append(choice({ name: 'door', value: name, ...looks, onChoose() {} }));
  });
  byId('extra').append(...Object.entries(extras).map(([value, { name }]) => new Option(name, value)));
  fillIn(presets[0]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { type, metadata, ...text } = chosen();
    const typed = { title: byId('title').value, body: byId('body').value };
    const extra = byId('extra').value;
    // The catalogue has words for these metadata. A text of one's own, and that of a group, is shown as it is.
    const isOwn = typed.title !== text.title || typed.body !== text.body || extra === 'group';
    const scope = byId('scope').value;
    const command = {
      ...typed,
      metadata: { type, ...(isOwn ? { route: metadata.route } : metadata) },
      ...(scope && { scope }),
    };
    onSend({ ...command, ...extras[extra].fields(command) }, new FormData(form).get('door'));
  });

  function fillIn({ title, body }) {
    byId('title').value = title;
    byId('body').value = body;
    showErrors([]);
  }

  /** Shows each error at its field, and returns those that have none. */
  function showErrors(errors) {
    for (const field of ['title', 'body']) {
      const messages = errors.filter(({ path }) => path === field).map(({ message }) => message);
      const problem = byId(`${field}-problem`);
      problem.textContent = messages.length > 0 ? `The ${field} ${messages.join('; ')}.` : '';
      problem.hidden = messages.length === 0;
      byId(field).setAttribute('aria-invalid', String(messages.length > 0));
    }
    form.querySelector('[aria-invalid="true"]')?.focus();
    return errors.filter(({ path }) => path !== 'title' && path !== 'body');
  }

  return {
    showErrors,
    /** Offers the apps in whose bells it may ring. */
    showApps(apps) {
      const named = apps.filter(({ scope }) => scope !== undefined);
      byId('scope').replaceChildren(
        new Option('Every bell', ''),
        ...named.map(({ scope, en }) => new Option(en, scope)),
      );
    },
    say(text, isProblem = false) {
      outcome.textContent = text;
      outcome.classList.toggle('is-problem', isProblem);
    },
    /**
     * Offers what can be done about what was sent.
     *
     * @param list of `{ name, run }`
     */
    offer(list) {
      const buttons = list.map(({ name, run }) => {
        const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link' });
        button.textContent = name;
        button.addEventListener('click', run);
        return button;
      });
      byId('follow-ups').replaceChildren(...buttons);
    },
    setBusy(isBusy) {
      byId('send-button').disabled = isBusy;
    },
  };
}
