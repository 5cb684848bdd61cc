-- How notifications change after they were created, by their user, by their producer and by the clock. The rule of 0004 holds.

-- SNOOZE until a time, or until another time if it is snoozed already. Outcomes as of inbox_mark.
CREATE FUNCTION inbox_snooze(p_user uuid, p_id bigint, p_from text[], p_until timestamptz)
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); n notifications;
BEGIN
  SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted';
  IF NOT FOUND THEN RETURN; END IF;
  IF NOT n.status = ANY (p_from) OR coalesce(n.snoozed_until = p_until::timestamptz(3), false) THEN
    RETURN QUERY SELECT * FROM answer_of('unchanged', p_user, i, n);
    RETURN;
  END IF;
  i := inbox_moved(i, ARRAY[p_id], 'snoozed');
  UPDATE notifications x SET snoozed_until = p_until, snoozed_from = coalesce(n.snoozed_from, n.status)
    WHERE x.user_id = p_user AND x.id = p_id RETURNING * INTO n;
  RETURN QUERY SELECT * FROM answer_of('changed', p_user, i, n);
END $$;
--> statement-breakpoint
-- UNSNOOZE: back to what it was, at its old place, and seen.
CREATE FUNCTION inbox_unsnooze(p_user uuid, p_id bigint) RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); n notifications;
BEGIN
  SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted';
  IF NOT FOUND THEN RETURN; END IF;
  IF n.status <> 'snoozed' THEN
    RETURN QUERY SELECT * FROM answer_of('unchanged', p_user, i, n);
    RETURN;
  END IF;
  i := inbox_moved(i, ARRAY[p_id], n.snoozed_from);
  SELECT * INTO n FROM notifications x WHERE x.user_id = p_user AND x.id = p_id;
  RETURN QUERY SELECT * FROM answer_of('changed', p_user, i, n);
END $$;
--> statement-breakpoint
-- PRESS a button, which also marks as read. The first one counts. Outcomes: changed, unchanged (it was pressed before, or the
-- notification is snoozed), taken (another was pressed before); no row: there is no such notification, or it has no such button.
CREATE FUNCTION inbox_press(p_user uuid, p_id bigint, p_button text, p_event_types text[])
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); n notifications; t timestamptz;
BEGIN
  SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted'
    AND x.actions @> jsonb_build_array(jsonb_build_object('id', p_button));
  IF NOT FOUND THEN RETURN; END IF;
  IF n.action_id IS NOT NULL OR n.status = 'snoozed' THEN
    RETURN QUERY SELECT * FROM answer_of(CASE WHEN n.action_id <> p_button THEN 'taken' ELSE 'unchanged' END, p_user, i, n);
    RETURN;
  END IF;
  i := inbox_moved(i, ARRAY[p_id], CASE n.status WHEN 'unread' THEN 'read' ELSE n.status END);
  t := clock_timestamp();
  UPDATE notifications x SET action_id = p_button, action_at = t WHERE x.user_id = p_user AND x.id = p_id RETURNING * INTO n;
  IF type_of(n) = ANY (p_event_types) THEN
    INSERT INTO outbox (event, user_id, notification_id, version, detail, created_at)
      VALUES ('notification.action', p_user, p_id, n.version, event_detail(n) || jsonb_build_object('action_id', p_button), t);
  END IF;
  RETURN QUERY SELECT * FROM answer_of('changed', p_user, i, n);
END $$;
--> statement-breakpoint
-- UNPRESS a button, if it is the one that was pressed. The status stays.
CREATE FUNCTION inbox_unpress(p_user uuid, p_id bigint, p_button text) RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); n notifications;
BEGIN
  SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted';
  IF NOT FOUND THEN RETURN; END IF;
  IF n.action_id IS DISTINCT FROM p_button OR n.status = 'snoozed' THEN
    RETURN QUERY SELECT * FROM answer_of('unchanged', p_user, i, n);
    RETURN;
  END IF;
  UPDATE notifications x SET action_id = NULL, action_at = NULL, version = i.version + 1, updated_at = clock_timestamp()
    WHERE x.user_id = p_user AND x.id = p_id RETURNING * INTO n;
  i := inbox_changed(i);
  RETURN QUERY SELECT * FROM answer_of('changed', p_user, i, n);
END $$;
--> statement-breakpoint
-- UPDATE what a key has made or has gone into, for each user who has it; the others are left out of the answer.
-- p_patch: the fields that are given, in which null removes. p_type: the configured type of the patch's metadata, or null.
-- p_realert: whether it becomes unread and moves up. p_optional: {type: is_on} of the types that a user may have switched off.
-- p_forbidden: types that the sender may not change. Outcomes: changed, unchanged (it is so already, or is retracted).
CREATE FUNCTION inbox_update(p_users uuid[], p_key text, p_patch jsonb, p_type text, p_realert boolean, p_optional jsonb,
  p_forbidden text[])
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE
  users uuid[] := inboxes_locked(p_users); one record; i inboxes; n notifications; was notifications;
  is_realerted boolean; unread integer; unseen integer; t timestamptz;
BEGIN
  FOR one IN SELECT k.user_id, k.id FROM keyed(users, p_key) k ORDER BY k.user_id LOOP
    SELECT * INTO i FROM inboxes x WHERE x.user_id = one.user_id;
    SELECT * INTO was FROM notifications x WHERE x.user_id = one.user_id AND x.id = one.id;
    IF type_of(was) = ANY (p_forbidden) THEN
      RAISE EXCEPTION 'The sender may not change notifications of this type.' USING ERRCODE = 'BF403';
    END IF;
    n := jsonb_populate_record(was, p_patch);
    IF was.status = 'retracted' OR n IS NOT DISTINCT FROM was THEN
      RETURN QUERY SELECT * FROM answer_of('unchanged', one.user_id, i, was);
      CONTINUE;
    END IF;
    IF p_patch ? 'metadata' THEN n.compared_type := p_type; END IF;
    -- Buttons that do not have the one that was pressed ask anew.
    IF p_patch ? 'actions' AND NOT n.actions @> jsonb_build_array(jsonb_build_object('id', n.action_id)) THEN
      n.action_id := NULL;
      n.action_at := NULL;
    END IF;
    is_realerted := p_realert AND gets(i.muted, i.unmuted, type_of(n), (p_optional->>type_of(n))::boolean);
    t := clock_timestamp();
    IF is_realerted THEN
      unread := (was.status <> 'unread')::integer;
      unseen := (was.status <> 'unread' OR was.seen OR coalesce(was.moved_to, was.id) <= seen_up_to(i, was.scope))::integer;
      i.unread_count := i.unread_count + unread;
      i.unseen_count := i.unseen_count + unseen;
      i.scopes := scopes_add(i.scopes, was.scope, unread, unseen);
      n.status := 'unread';
      n.seen := false;
      n.moved_to := nextval('notifications_id_seq');
      n.snoozed_until := NULL;
      n.snoozed_from := NULL;
    END IF;
    IF p_patch ? 'expires_at' THEN
      n.is_expired := false;
    ELSIF is_realerted AND (n.is_expired OR n.expires_at <= t) THEN
      n.is_expired := false;
      n.expires_at := NULL;
    END IF;
    UPDATE notifications x SET title = n.title, body = n.body, metadata = n.metadata, compared_type = n.compared_type,
        actor_id = n.actor_id, actions = n.actions, action_id = n.action_id, action_at = n.action_at,
        expires_at = n.expires_at, is_expired = n.is_expired, status = n.status,
        seen = n.seen, moved_to = n.moved_to, snoozed_until = n.snoozed_until, snoozed_from = n.snoozed_from,
        command_hash = coalesce(was.command_hash, command_hash(first_command(was))), updated_at = t, version = i.version + 1
      WHERE x.user_id = one.user_id AND x.id = one.id RETURNING * INTO n;
    i := inbox_changed(i);
    RETURN QUERY SELECT * FROM answer_of('changed', one.user_id, i, n);
  END LOOP;
END $$;
--> statement-breakpoint
-- RETRACT what a key has made or has gone into or, if it is null, every notification of a group, in one version of each inbox.
-- The keys stay, so that no late create brings one back. Users who have none are left out of the answer.
-- ids: what is retracted now. The answer has the notification if it is one.
CREATE FUNCTION inbox_retract(p_users uuid[], p_key text, p_group text, p_forbidden text[])
RETURNS TABLE (ids bigint[], answer inbox_answer) LANGUAGE plpgsql AS $$
DECLARE users uuid[] := inboxes_locked(p_users); one uuid; found_ids bigint[]; i inboxes; n notifications;
BEGIN
  FOREACH one IN ARRAY users LOOP
    found_ids := CASE WHEN p_key IS NOT NULL THEN ARRAY(SELECT k.id FROM keyed(ARRAY[one], p_key) k)
      ELSE ARRAY(SELECT x.id FROM notifications x WHERE x.user_id = one AND x.group_key = p_group) END;
    CONTINUE WHEN cardinality(found_ids) = 0;
    ids := ARRAY(SELECT x.id FROM notifications x WHERE x.user_id = one AND x.id = ANY (found_ids) AND x.status <> 'retracted');
    IF EXISTS (SELECT FROM notifications x WHERE x.user_id = one AND x.id = ANY (ids) AND type_of(x) = ANY (p_forbidden)) THEN
      RAISE EXCEPTION 'The sender may not retract notifications of this type.' USING ERRCODE = 'BF403';
    END IF;
    SELECT * INTO i FROM inboxes x WHERE x.user_id = one;
    IF cardinality(ids) > 0 THEN
      i := inbox_moved(i, ids, 'retracted');
      UPDATE notifications x SET title = '', body = '', metadata = '{}', compared_type = NULL, actor_id = NULL, actor_ids = NULL,
          actions = NULL, action_id = NULL, action_at = NULL, expires_at = NULL,
          command_hash = coalesce(x.command_hash, command_hash(first_command(x)))
        WHERE x.user_id = one AND x.id = ANY (ids);
      UPDATE activities x SET actor_id = NULL WHERE x.user_id = one AND x.notification_id = ANY (ids);
      found_ids := ids;
    END IF;
    n := NULL;
    IF cardinality(found_ids) = 1 THEN
      SELECT * INTO n FROM notifications x WHERE x.user_id = one AND x.id = found_ids[1];
    END IF;
    SELECT * INTO answer FROM answer_of(CASE cardinality(ids) WHEN 0 THEN 'unchanged' ELSE 'changed' END, one, i, n);
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
-- What the clock does to notifications of a locked inbox that are due.
-- 1. It tells of what is still unread, also if it expires now and was unread then.
-- 2. It archives what has expired, as one change. What is archived already is only no longer due.
-- 3. It wakes what was snoozed: unread, unseen, at the top, by one change each, because each is pushed as a new one.
CREATE FUNCTION inbox_fired(i inboxes, p_ids bigint[], p_now timestamptz, p_event_types text[])
RETURNS TABLE (ids bigint[], answer inbox_answer) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE n notifications;
BEGIN
  INSERT INTO outbox (event, user_id, notification_id, version, detail, created_at)
    SELECT 'notification.unread_after', x.user_id, x.id, x.version, event_detail(x) || jsonb_build_object('notification', to_jsonb(x)),
      clock_timestamp()
    FROM notifications x WHERE x.user_id = i.user_id AND x.id = ANY (p_ids) AND x.status = 'unread' AND x.alert_at <= p_now
      AND x.alert_at <= coalesce(x.expires_at, 'infinity');
  UPDATE notifications x SET alert_at = NULL WHERE x.user_id = i.user_id AND x.id = ANY (p_ids) AND x.alert_at <= p_now;

  UPDATE notifications x SET is_expired = true
    WHERE x.user_id = i.user_id AND x.id = ANY (p_ids) AND x.status = 'archived' AND x.expires_at <= p_now;
  ids := ARRAY(SELECT x.id FROM notifications x WHERE x.user_id = i.user_id AND x.id = ANY (p_ids)
    AND x.status <> 'archived' AND NOT x.is_expired AND x.expires_at <= p_now);
  IF cardinality(ids) > 0 THEN
    i := inbox_moved(i, ids, 'archived');
    PERFORM inbox_told(i.user_id, ids, 'notification.archived', p_event_types);
    IF cardinality(ids) = 1 THEN
      SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = ids[1];
    END IF;
    SELECT * INTO answer FROM answer_of('archived', i.user_id, i, n);
    RETURN NEXT;
  END IF;

  FOR n IN SELECT * FROM notifications x WHERE x.user_id = i.user_id AND x.id = ANY (p_ids)
      AND x.status = 'snoozed' AND x.snoozed_until <= p_now ORDER BY x.snoozed_until, x.id
  LOOP
    i.unread_count := i.unread_count + 1;
    i.unseen_count := i.unseen_count + 1;
    i.scopes := scopes_add(i.scopes, n.scope, 1, 1);
    UPDATE notifications x SET status = 'unread', seen = false, moved_to = nextval('notifications_id_seq'), snoozed_until = NULL,
        snoozed_from = NULL, updated_at = clock_timestamp(), version = i.version + 1
      WHERE x.user_id = i.user_id AND x.id = n.id RETURNING * INTO n;
    i := inbox_changed(i);
    ids := ARRAY[n.id];
    SELECT * INTO answer FROM answer_of('woken', i.user_id, i, n);
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
-- TICK: one batch of what is due, oldest first, but for some users. It waits for no writer, and writers wait for one batch at most.
-- Outcomes: archived (ids), woken, skipped (another writer has the inbox), more (as many were due as it takes, so call again).
CREATE FUNCTION inbox_tick(p_limit integer, p_left_out uuid[], p_event_types text[])
RETURNS TABLE (ids bigint[], answer inbox_answer) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE t timestamptz := clock_timestamp(); due record; i inboxes; looked integer := 0;
BEGIN
  FOR due IN
    SELECT d.user_id, array_agg(d.id) AS ids FROM (
      SELECT x.user_id, x.id FROM notifications x
      WHERE notification_due(x.status, x.is_expired, x.expires_at, x.alert_at, x.snoozed_until) <= t
        AND NOT x.user_id = ANY (p_left_out)
      ORDER BY notification_due(x.status, x.is_expired, x.expires_at, x.alert_at, x.snoozed_until) LIMIT p_limit) d
    GROUP BY d.user_id
  LOOP
    looked := looked + cardinality(due.ids);
    SELECT * INTO i FROM inboxes x WHERE x.user_id = due.user_id FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
      IF i.counted_version <> i.version THEN i := inbox_recounted(i); END IF;
      RETURN QUERY SELECT * FROM inbox_fired(i, due.ids, t, p_event_types);
    ELSE
      ids := NULL;
      SELECT * INTO answer FROM answer_of('skipped', due.user_id, NULL, NULL);
      RETURN NEXT;
    END IF;
  END LOOP;
  IF looked = p_limit THEN
    ids := NULL;
    SELECT * INTO answer FROM answer_of('more', NULL, NULL, NULL);
    RETURN NEXT;
  END IF;
END $$;
--> statement-breakpoint
-- SCHEDULE a command. p_dedupe: its key and its recipients, null without a key. A repeated one answers the first.
-- p_content: what makes two commands the same.
CREATE FUNCTION schedule_put(p_deliver_at timestamptz, p_command jsonb, p_content jsonb, p_dedupe text, p_made_by text)
RETURNS scheduled LANGUAGE plpgsql AS $$
DECLARE s scheduled;
BEGIN
  LOOP
    INSERT INTO scheduled (deliver_at, command, dedupe, command_hash, created_at, made_by)
      VALUES (p_deliver_at, p_command, p_dedupe, command_hash(p_content), clock_timestamp(), p_made_by)
      ON CONFLICT (dedupe) DO NOTHING RETURNING * INTO s;
    IF FOUND THEN RETURN s; END IF;
    SELECT * INTO s FROM scheduled x WHERE x.dedupe = p_dedupe;
    -- Retention may have deleted it in between.
    CONTINUE WHEN NOT FOUND;
    IF s.command_hash <> command_hash(p_content) THEN
      RAISE EXCEPTION 'Another command has had this idempotency key.' USING ERRCODE = 'BF409';
    END IF;
    RETURN s;
  END LOOP;
END $$;
--> statement-breakpoint
-- CANCEL: true if it will not be sent, false if it was or may have been, null if there is none. p_made_by: only if this subject has
-- made it. The lock on the row makes it and the tick take turns. What it said is not kept: its hash is enough for a repeated key.
CREATE FUNCTION schedule_cancel(p_id bigint, p_made_by text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE scheduled x SET cancelled_at = clock_timestamp(), command = '{}'
    WHERE x.id = p_id AND (p_made_by IS NULL OR x.made_by = p_made_by)
      AND coalesce(x.sent_at, x.cancelled_at, x.refused_at) IS NULL AND x.leased_until = '-infinity';
  RETURN (SELECT coalesce(x.cancelled_at, x.refused_at) IS NOT NULL FROM scheduled x
    WHERE x.id = p_id AND (p_made_by IS NULL OR x.made_by = p_made_by));
END $$;
