/**
 * Makes a notification unread and unseen again, at the top of the feed, as one change: what a later release does to a grouped
 * one. $1 is the user, $2 the id.
 */
export const movedUp = `
  WITH moved AS (
    UPDATE notifications n SET moved_to = nextval('notifications_id_seq'), status = 'unread', seen = false,
      version = i.version + 1, updated_at = clock_timestamp()
    FROM inboxes i WHERE i.user_id = n.user_id AND n.user_id = $1 AND n.id = $2 RETURNING n.user_id)
  UPDATE inboxes i SET version = i.version + 1 FROM moved WHERE i.user_id = moved.user_id`;

/** Counts an inbox anew, as the next writer would. $1 is the user. */
export const countedAnew = `
  UPDATE inboxes i SET counted_version = i.version, unread_count = c.unread_count, unseen_count = c.unseen_count, scopes = c.scopes
  FROM inboxes x, LATERAL inbox_recounted(x) c WHERE x.user_id = i.user_id AND i.user_id = $1`;
