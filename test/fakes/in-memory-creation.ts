import { limits } from '../../functions/core/limits.ts';
import type {
  CreateContent,
  CreateOutcome,
  CreateRule,
} from '../../functions/core/notification-repository.ts';
import {
  asStored,
  countChange,
  frozen,
  type Inbox,
  type Row,
  raise,
  toNotification,
} from './in-memory-inbox.ts';
import { isOn, type Store } from './in-memory-store.ts';

/** Creates a notification for one user, or lets the create go into the open one of its group. */
export function createCreation({ clock, inboxOf, madeInboxOf, nextId, changed, unchanged }: Store) {
  /** Lets a create go into the open row of its group. */
  function join(
    inbox: Inbox,
    row: Row,
    content: CreateContent,
    group: NonNullable<CreateContent['group']>,
    { key, compared_type }: { key: string | null; compared_type: string | null },
  ): CreateOutcome {
    const updated_at = countChange(inbox, clock());
    const { channel: _channel, scope: _scope, ...newest } = asStored(content);
    const { actor_id } = content;
    const group_count = row.group_count + 1;
    raise(row, nextId());
    Object.assign(row, newest, {
      title: groupText(group.title, group_count, limits.titleLength) ?? content.title,
      body: groupText(group.body, group_count, limits.bodyLength) ?? content.body,
      group_count,
      actor_ids: actor_id
        ? [...row.actor_ids.filter((id) => id !== actor_id), actor_id].slice(-5)
        : row.actor_ids,
      compared_type,
      updated_at,
      version: inbox.version,
    });
    row.activities.push({
      idempotency_key: key,
      command: commandOf(content),
      actor_id,
      created_at: updated_at,
      position: row.position,
    });
    return { notification: toNotification(row), created: false, grouped: true, inbox: changed(inbox) };
  }

  return function insert(
    content: CreateContent,
    { scope, optional, type }: CreateRule,
    user_id: string,
    key: string | null,
  ): CreateOutcome {
    if (optional && !isOn(inboxOf(user_id).choices, optional))
      return { notification: null, ...nothing, inbox: unchanged(inboxOf(user_id)) };
    const inbox = madeInboxOf(user_id);
    const { group, alert_after, actor_id } = content;
    const compared_type = type ?? null;
    const open = group && inbox.rows.find((row) => row.group_open && row.group_key === group.key);
    if (group && open) return join(inbox, open, content, group, { key, compared_type });
    const at = countChange(inbox, clock());
    const id = nextId();
    const activity = { idempotency_key: null, command: null, actor_id, created_at: at, position: id };
    const row: Row = {
      id,
      position: id,
      user_id,
      ...asStored({ ...content, actions: content.actions ?? null, expires_at: content.expires_at ?? null }),
      scope,
      status: 'unread',
      snoozed_until: null,
      group_key: group?.key ?? null,
      group_count: 1,
      actor_ids: group && actor_id ? [actor_id] : [],
      action_id: null,
      action_at: null,
      created_at: at,
      updated_at: at,
      version: inbox.version,
      idempotency_key: key,
      command: commandOf(content),
      seen: false,
      compared_type,
      snoozed_from: null,
      is_expired: false,
      alert_at: alert_after ? Date.parse(at) + alert_after * 1_000 : null,
      group_open: !!group,
      activities: group ? [activity] : [],
    };
    inbox.rows.push(row);
    return { notification: toNotification(row), ...nothing, created: true, inbox: changed(inbox) };
  };
}

const nothing = { created: false, grouped: false };

/** What makes two commands the same: what is given, before the settings complete it. */
export function commandOf({ group, alert_after, ...content }: CreateContent): unknown {
  const given = Object.entries({ ...asStored(content), group, alert_after });
  return frozen(Object.fromEntries(given.filter(([, value]) => value != null)));
}

/** A text of a group, in which `{count}` and `{others}` stand for numbers. */
const groupText = (text: string | null | undefined, count: number, longest: number): string | undefined => {
  if (!text) return undefined;
  const filled = text.replaceAll('{count}', String(count)).replaceAll('{others}', String(count - 1));
  // By characters, as PostgreSQL counts.
  return [...filled].slice(0, longest).join('');
};
