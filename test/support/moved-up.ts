/**
 * Makes an SQL function that any user may call. It makes a notification unread and unseen again, at the top of the feed, as one change,
 * and answers the version, as a realert does to one with a key.
 */
export const makeMovedUp = `
  CREATE FUNCTION moved_up(p_user uuid, p_id bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
  DECLARE i inboxes := inbox_locked(p_user); n notifications; unread integer; unseen integer;
  BEGIN
    SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted';
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE notifications x SET moved_to = nextval('notifications_id_seq'), status = 'unread', seen = false,
      snoozed_until = NULL, snoozed_from = NULL, version = i.version + 1, updated_at = clock_timestamp() WHERE x.user_id = p_user AND x.id = p_id;
    unread := (n.status <> 'unread')::integer;
    unseen := (n.status <> 'unread' OR n.seen OR coalesce(n.moved_to, n.id) <= seen_up_to(i, n.scope))::integer;
    i.unread_count := i.unread_count + unread;
    i.unseen_count := i.unseen_count + unseen;
    i.scopes := scopes_add(i.scopes, n.scope, unread, unseen);
    i := inbox_changed(i);
    RETURN i.version;
  END $$`;
