const icons = { booking: 'ticket', event: 'clock', seat: 'star' };
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/**
 * The bell in the header: its badge, its list, and what can be done there. `inbox()` is the inbox of the user who is
 * signed in; `show()` draws it as it is now, `ring(notification)` says that one has come.
 */
export function createBell(inbox) {
  const part = (name) => document.getElementById(`bell-${name}`);
  const button = document.getElementById('bell');
  const panel = part('panel');
  const list = part('list');
  const problem = part('problem');
  const template = part('item');
  const drawn = new Map();

  /** Runs what a person asked for; what fails is said, and nothing has changed. */
  async function act(what) {
    problem.hidden = true;
    try {
      await what();
    } catch {
      problem.textContent = 'That did not work. Check the connection and try again.';
      problem.hidden = false;
    }
  }

  function create(row) {
    const item = template.content.firstElementChild.cloneNode(true);
    const within = (selector) => item.querySelector(selector);
    const unread = within('.item-unread');
    const archive = within('.item-archive');
    const mark = (action) => act(() => inbox().mark(row.id, action));
    within('.item-main').addEventListener(
      'click',
      () => drawn.get(row.id).status === 'unread' && mark('read'),
    );
    unread.addEventListener('click', () => mark('unread'));
    archive.addEventListener('click', () => {
      const neighbour = item.nextElementSibling ?? item.previousElementSibling;
      (neighbour?.querySelector('.item-main') ?? panel).focus();
      mark('archive');
    });
    within('.item-title').textContent = row.title;
    within('.item-body').textContent = row.body;
    const [kind] = String(row.metadata.type ?? '').split('.');
    within('use').setAttribute('href', `#icon-${icons[kind] ?? 'bell'}`);
    archive.setAttribute('aria-label', `Archive: ${row.title}`);
    unread.setAttribute('aria-label', `Mark as unread: ${row.title}`);
    const time = within('time');
    time.dateTime = row.created_at;
    time.title = new Date(row.created_at).toLocaleString();
    return { item, unread };
  }

  function update({ item, unread }, row) {
    const isUnread = row.status === 'unread';
    item.classList.toggle('is-unread', isUnread);
    item.querySelector('.item-state').textContent = isUnread ? 'Unread. ' : '';
    unread.hidden = isUnread;
    item.querySelector('time').textContent = ago(row.created_at);
  }

  function show() {
    const { rows, count, hasMore, version } = inbox().snapshot();
    part('badge').textContent = count > 99 ? '99+' : String(count);
    part('badge').hidden = count === 0;
    part('name').textContent = count === 0 ? 'Notifications' : `Notifications, ${count} unread`;
    document.title = count === 0 ? 'Belfry' : `(${count}) Belfry`;
    part('more').hidden = !hasMore;
    part('mark-all').disabled = count === 0;
    part('empty').hidden = rows.length > 0;
    part('empty-text').textContent =
      version === undefined ? 'Loading …' : 'All quiet. Send one, and it rings.';
    const ids = new Set(rows.map(({ id }) => id));
    for (const [id, { item }] of drawn) {
      if (ids.has(id)) continue;
      item.remove();
      drawn.delete(id);
    }
    rows.forEach((row, index) => {
      if (!drawn.has(row.id)) drawn.set(row.id, create(row));
      const parts = drawn.get(row.id);
      parts.status = row.status;
      update(parts, row);
      // An element that is moved loses the focus, so one that is in its place stays there.
      if (list.children[index] !== parts.item) list.insertBefore(parts.item, list.children[index] ?? null);
    });
  }

  panel.addEventListener('toggle', ({ newState }) => {
    const isOpen = newState === 'open';
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) panel.focus();
  });
  part('more').addEventListener('click', () => act(() => inbox().loadMore()));
  part('mark-all').addEventListener('click', () => {
    panel.focus();
    act(() => inbox().markAllAsRead());
  });
  setInterval(show, 30_000);

  return {
    show,
    ring({ title }) {
      part('live').textContent = `New notification: ${title}`;
      button.classList.remove('is-ringing');
      // Read so that the animation begins anew.
      void button.offsetWidth;
      button.classList.add('is-ringing');
    },
  };
}

function ago(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1_000;
  const [unit, length] = units.find(([, length]) => -seconds >= length) ?? [];
  return unit ? relative.format(Math.round(seconds / length), unit) : 'just now';
}
