const longestLog = 200;
/** A JSON text in parts: keys, strings, and everything else. */
const jsonParts = /("(?:[^"\\]|\\.)*")(\s*:)?/g;

/** The list of frames and calls, newest first. */
export function createLog() {
  const list = document.getElementById('log');
  const rows = { frame: frameRow, rest: callRow, socket: ({ text }) => [tag('socket'), span('', text)] };

  for (const filter of document.querySelectorAll('#filters input')) {
    filter.addEventListener('change', () => {
      list.dataset.filter = filter.value;
    });
  }
  document.getElementById('log-clear').addEventListener('click', () => list.replaceChildren());

  return {
    /**
     * Takes `{ kind: 'frame', frame, isShared }`, `{ kind: 'rest', method, path, status, ms }` or `{ kind: 'socket', text }`.
     */
    add(entry) {
      const item = document.createElement('li');
      item.className = `entry is-${entry.kind}`;
      item.append(...wrapped(entry, [time(), ...rows[entry.kind](entry)]));
      list.prepend(item);
      if (list.children.length > longestLog) list.lastElementChild.remove();
    },
  };
}

/** A frame's row opens and shows all of it. */
function wrapped({ frame }, parts) {
  if (!frame) return [element('div', 'row', ...parts)];
  const details = element('details', '', element('summary', 'row', ...parts));
  // Most rows are never opened, so the text is made only then.
  details.addEventListener('toggle', () => details.append(json(frame)), { once: true });
  return [details];
}

function frameRow({ frame, isShared }) {
  return [
    tag('frame'),
    span('what', frame.type),
    ...(isShared ? [span('fact', 'by another tab')] : []),
    ...(frame.version === undefined ? [] : [span('fact', `v${frame.version}`)]),
    ...(frame.unread_count === undefined
      ? []
      : [span('fact', `${frame.unread_count} unread`), span('fact', `${frame.unseen_count} unseen`)]),
  ];
}

function callRow({ method, path, status, ms }) {
  const answer = span('status', String(status));
  answer.classList.toggle('is-problem', !(status < 400));
  return [tag(method), span('what', path), answer, span('took', `${ms} ms`)];
}

function json(value) {
  const text = JSON.stringify(value, null, 2);
  const pre = element('pre', '');
  pre.tabIndex = 0;
  let end = 0;
  for (const { 0: whole, 1: string, 2: colon = '', index } of text.matchAll(jsonParts)) {
    pre.append(text.slice(end, index), span(colon ? 'key' : 'string', string), colon);
    end = index + whole.length;
  }
  pre.append(text.slice(end));
  return pre;
}

function time() {
  const now = new Date();
  return span('time', `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, '0')}`);
}

const tag = (text) => span(`tag`, text);
const span = (className, text) => element('span', className, text);

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}
