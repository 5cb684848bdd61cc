import type { SceneState } from './states.ts';

/** A scene on the page: what it is called, when it happens, and whether the inbox is open in it. */
interface Tile {
  title: string;
  about: string;
  isOpen: boolean;
  state: SceneState;
}

const closed: Omit<Tile, 'isOpen'>[] = [
  { state: 'read', title: 'Nothing new', about: 'The bell alone, without a badge.' },
  { state: 'filled', title: 'Some new', about: 'The badge has the exact count, until the bell is opened.' },
  { state: 'many', title: 'Many new', about: 'Above 99 the badge stops counting.' },
];

/** A state that is left out here does not compile. */
const open: Record<SceneState, Pick<Tile, 'title' | 'about'>> = {
  filled: { title: 'An inbox', about: 'Unread notifications first catch the eye. Each one can be archived.' },
  grouped: {
    title: 'Tabs and days',
    about: 'An app has its own tabs instead of the filters. Headings name the days.',
  },
  toasts: {
    title: 'Toasts',
    about: 'What arrives shows for some seconds. Here it stays until it is dismissed.',
  },
  mixed: {
    title: 'Icons and long texts',
    about: 'Each text has its own direction. “Show more” opens what is cut off.',
  },
  many: {
    title: 'A long inbox',
    about: 'Older notifications load when the end of the list comes into view.',
  },
  undo: { title: 'Undo', about: 'What was archived can be brought back for some seconds.' },
  read: { title: 'All read', about: 'Nothing is unread, so nothing asks for attention.' },
  empty: { title: 'An empty inbox', about: 'There is no notification to show.' },
  loading: { title: 'Loading', about: 'The first page is on its way.' },
  failed: { title: 'Not loaded', about: 'The first page could not be loaded. The user can try again.' },
  refused: { title: 'A change failed', about: 'A mark did not reach the service. The list stays usable.' },
  offline: { title: 'Offline', about: 'The browser has no network. The list shows what was known before.' },
  unreachable: {
    title: 'Unreachable',
    about: 'The service does not answer. The list shows what was known before.',
  },
  unauthenticated: { title: 'Signed out', about: 'There is no token, so the inbox cannot be loaded.' },
  living: {
    title: 'Buttons and groups',
    about: 'A notification can be answered with one button, once. Groups say who, and how many more.',
  },
  snoozing: {
    title: 'The snooze menu',
    about: 'Times are those of the reader, in their language and time zone.',
  },
  snoozed: { title: 'Snoozed', about: 'What was put off can be brought back for some seconds.' },
  asleep: { title: 'What is snoozed', about: 'It says when it wakes, and can be woken now.' },
  taken: {
    title: 'A button was taken',
    about: 'Another button was pressed before, on another device. The outcome is that one.',
  },
  everybody: {
    title: 'Everybody in a group',
    about: 'The number of others is a button. It opens who has come, and when, newest first.',
  },
  everybodyFailed: {
    title: 'Everybody, not loaded',
    about: 'The list says so, and the user can try again.',
  },
  preferences: {
    title: 'Preferences',
    about: 'Which types the user gets. A critical one stays on.',
  },
  preferencesRefused: {
    title: 'A preference was not changed',
    about: 'The switch is back as it was, and the panel says so.',
  },
  polling: { title: 'Polling', about: 'No socket can be opened, so the client asks from time to time.' },
};

const switches = ['theme', 'lang', 'width'] as const;
const form = elementOf('form');
const settings = new URLSearchParams(location.search);

for (const name of switches) {
  const value = settings.get(name);
  const input = [...form.querySelectorAll<HTMLInputElement>(`[name=${name}]`)].find(
    (each) => each.value === value,
  );
  if (input) input.checked = true;
}
form.addEventListener('change', () => {
  const chosen = new URLSearchParams();
  for (const [name, value] of new FormData(form)) chosen.set(name, String(value));
  history.replaceState(null, '', `?${chosen}`);
  show();
});
show();

function elementOf(selector: string): HTMLElement & HTMLFormElement {
  const element = document.querySelector<HTMLElement & HTMLFormElement>(selector);
  if (!element) throw new Error(`The page has no element ${selector}.`);
  return element;
}

/** Draws every scene anew, by the switches. */
function show(): void {
  const chosen = new FormData(form);
  document.documentElement.dataset.theme = String(chosen.get('theme'));
  document.documentElement.dataset.width = String(chosen.get('width'));
  elementOf('#closed').replaceChildren(...closed.map((tile) => figureOf({ ...tile, isOpen: false }, chosen)));
  elementOf('#open').replaceChildren(
    ...Object.entries(open).map(([state, tile]) =>
      // The cast: the keys of the record are the states.
      figureOf({ ...tile, state: state as SceneState, isOpen: true }, chosen),
    ),
  );
}

function figureOf({ title, about, state, isOpen }: Tile, chosen: FormData): HTMLElement {
  const figure = document.createElement('figure');
  const query = new URLSearchParams({
    state,
    isOpen: String(isOpen),
    theme: String(chosen.get('theme')),
    lang: String(chosen.get('lang')),
  });
  const frame = document.createElement('iframe');
  frame.src = `/bell?${query}`;
  frame.title = title;
  // The header alone fits into the frame of a closed bell, and needs no scrollbar.
  if (!isOpen) frame.setAttribute('scrolling', 'no');
  const caption = document.createElement('figcaption');
  const link = document.createElement('a');
  link.href = frame.src;
  link.textContent = title;
  const text = document.createElement('p');
  text.textContent = about;
  caption.append(link, text);
  figure.append(frame, caption);
  return figure;
}
