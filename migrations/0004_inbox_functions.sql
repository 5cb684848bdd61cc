-- How inboxes change. One rule carries everything: a writer locks the inbox first (several inboxes in the order of user_id),
-- and only then looks. Each statement of a plpgsql function has a snapshot of its own, so what is looked at is current. As one
-- statement with CTEs it would keep the snapshot from before it waited for the lock.
--
-- Unseen is what is unread, has not left `unread` since it came or moved up (`seen`), and is above the watermark of its scope.

-- When the tick has something to do with a notification. Null: never. The expiry of an archived one passes too, so that nothing
-- more is due once it is unarchived.
CREATE FUNCTION notification_due(status text, is_expired boolean, expires_at timestamptz, alert_at timestamptz, snoozed_until timestamptz)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT least(CASE WHEN NOT is_expired THEN expires_at END, CASE status WHEN 'unread' THEN alert_at WHEN 'snoozed' THEN snoozed_until END) $$;
--> statement-breakpoint
-- What tells two commands with one key apart: their canonical JSON, without nulls, recipients and key.
CREATE FUNCTION command_hash(command jsonb) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT substring(sha256(convert_to(command::text, 'UTF8')) FOR 16) $$;
--> statement-breakpoint
-- The command of a notification that a function of the first edition has made: its content, as long as nothing has changed it.
CREATE FUNCTION first_command(n notifications) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('actor_id', n.actor_id, 'title', n.title, 'body', n.body, 'channel', n.channel))
    || jsonb_build_object('metadata', n.metadata) $$;
--> statement-breakpoint
-- Adds to the counts of a scope. What has no scope ('') is counted in the whole alone.
CREATE FUNCTION scopes_add(scopes jsonb, scope text, unread bigint, unseen bigint)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN scope = '' OR unread = 0 AND unseen = 0 THEN scopes ELSE jsonb_set(scopes, ARRAY[scope], jsonb_build_array(
    coalesce((scopes->scope->>0)::bigint, 0) + unread, coalesce((scopes->scope->>1)::bigint, 0) + unseen,
    coalesce((scopes->scope->>2)::bigint, 0))) END $$;
--> statement-breakpoint
-- The watermark: the position up to which everything of this scope is seen.
CREATE FUNCTION seen_up_to(i inboxes, scope text) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN scope = '' THEN i.seen_position ELSE coalesce((i.scopes->scope->>2)::bigint, 0) END $$;
--> statement-breakpoint
-- The scopes that a change is about: the named one and what has none, or all that the inbox has ever had.
CREATE FUNCTION scopes_within(i inboxes, scope text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN scope IS NOT NULL THEN ARRAY['', scope]
    WHEN i.scopes = '{}' THEN ARRAY[''] ELSE ARRAY(SELECT '' UNION ALL SELECT jsonb_object_keys(i.scopes)) END $$;
--> statement-breakpoint
-- A locked inbox with its counts as the rows have them. Reads what is unread, once after functions of the first edition have
-- changed the inbox. They raise the version and keep unread_count alone, and know no scope.
CREATE FUNCTION inbox_recounted(i inboxes) RETURNS inboxes LANGUAGE plpgsql AS $$
DECLARE one record; scope text;
BEGIN
  i.unread_count := 0;
  i.unseen_count := 0;
  FOR scope IN SELECT jsonb_object_keys(i.scopes) LOOP
    i.scopes := jsonb_set(i.scopes, ARRAY[scope], jsonb_build_array(0, 0, seen_up_to(i, scope)));
  END LOOP;
  FOR one IN
    SELECT x.scope, count(*)::integer AS unread,
      (count(*) FILTER (WHERE NOT x.seen AND coalesce(x.moved_to, x.id) > seen_up_to(i, x.scope)))::integer AS unseen
    FROM notifications x WHERE x.user_id = i.user_id AND x.status = 'unread' GROUP BY x.scope
  LOOP
    i.unread_count := i.unread_count + one.unread;
    i.unseen_count := i.unseen_count + one.unseen;
    i.scopes := scopes_add(i.scopes, one.scope, one.unread, one.unseen);
  END LOOP;
  RETURN i;
END $$;
--> statement-breakpoint
-- Locks an inbox, so that nothing else changes it until the transaction ends. Null: there is none. Then a caller must not look
-- further: another transaction may make the inbox meanwhile, without a lock of ours.
CREATE FUNCTION inbox_locked(p_user uuid) RETURNS inboxes LANGUAGE plpgsql AS $$
DECLARE i inboxes;
BEGIN
  SELECT * INTO i FROM inboxes x WHERE x.user_id = p_user FOR NO KEY UPDATE;
  IF i.counted_version <> i.version THEN i := inbox_recounted(i); END IF;
  RETURN i;
END $$;
--> statement-breakpoint
-- Writes the counts of a locked inbox as its next version, and counts the changes of the running second.
CREATE FUNCTION inbox_changed(i inboxes) RETURNS inboxes LANGUAGE plpgsql AS $$
DECLARE t timestamptz := clock_timestamp();
BEGIN
  UPDATE inboxes x SET version = i.version + 1, counted_version = i.version + 1, unread_count = i.unread_count,
      unseen_count = i.unseen_count, scopes = i.scopes, seen_position = i.seen_position, has_group_keys = i.has_group_keys,
      burst_count      = CASE WHEN i.burst_started_at > t - interval '1 second' THEN i.burst_count + 1 ELSE 1 END,
      burst_started_at = CASE WHEN i.burst_started_at > t - interval '1 second' THEN i.burst_started_at ELSE t END
    WHERE x.user_id = i.user_id RETURNING * INTO i;
  RETURN i;
END $$;
--> statement-breakpoint
-- Locks inboxes in the order of their users, and sees that their counts are those of the rows. Answers the users who have one.
CREATE FUNCTION inboxes_locked(p_users uuid[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE i inboxes; users uuid[];
BEGIN
  users := ARRAY(SELECT x.user_id FROM inboxes x WHERE x.user_id = ANY (p_users) ORDER BY x.user_id FOR NO KEY UPDATE);
  FOR i IN SELECT * FROM inboxes x WHERE x.user_id = ANY (users) AND x.counted_version <> x.version LOOP
    i := inbox_recounted(i);
    UPDATE inboxes x SET counted_version = x.version, unread_count = i.unread_count, unseen_count = i.unseen_count, scopes = i.scopes
      WHERE x.user_id = i.user_id;
  END LOOP;
  RETURN users;
END $$;
--> statement-breakpoint
-- What a change answers: the inbox after it and, if it is about one notification, its columns as the service answers them. They
-- are not nested: to take each out of a row that is a value costs a create 5 % more.
CREATE TYPE inbox_answer AS (outcome text, user_id uuid, inbox_version bigint, unread_count integer, unseen_count integer,
  scopes jsonb, burst_count integer, id bigint, "position" bigint, actor_id uuid, title varchar, body text, metadata jsonb,
  channel varchar, scope varchar, actions jsonb, expires_at timestamptz, status varchar, snoozed_until timestamptz,
  group_key varchar, group_count integer, actor_ids uuid[], action_id varchar, action_at timestamptz, created_at timestamptz,
  updated_at timestamptz, version bigint);
--> statement-breakpoint
-- Both rows may be missing. Only a change counts for a burst.
CREATE FUNCTION answer_of(outcome text, user_id uuid, i inboxes, n notifications)
RETURNS SETOF inbox_answer ROWS 1 LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT outcome, user_id, coalesce(i.version, 0), coalesce(i.unread_count, 0), coalesce(i.unseen_count, 0),
    coalesce(i.scopes, '{}'), CASE WHEN outcome IN ('repeated', 'suppressed', 'unchanged', 'taken') THEN 0 ELSE i.burst_count END,
    n.id, coalesce(n.moved_to, n.id), n.actor_id, n.title, n.body, n.metadata, n.channel, nullif(n.scope, '')::varchar, n.actions,
    n.expires_at, n.status, n.snoozed_until, n.group_key, n.group_count, coalesce(n.actor_ids, '{}'), n.action_id, n.action_at,
    n.created_at, n.updated_at, n.version $$;
--> statement-breakpoint
-- Whether a user gets notifications of a type. is_on: whether those get it who have not chosen; null: no user can switch it off.
CREATE FUNCTION gets(muted text[], unmuted text[], type text, is_on boolean) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT is_on IS NULL OR NOT type = ANY (muted) AND (is_on OR type = ANY (unmuted)) $$;
--> statement-breakpoint
-- The type by which the settings know a notification. Functions of the first edition did not keep it.
CREATE FUNCTION type_of(n notifications) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(n.compared_type, n.metadata->>'type') $$;
--> statement-breakpoint
-- The notifications that a key has made or has gone into, each with the hash of the command that had the key.
CREATE FUNCTION keyed(p_users uuid[], p_key text) RETURNS TABLE (user_id uuid, id bigint, command_hash bytea)
LANGUAGE sql STABLE AS $$
  SELECT n.user_id, n.id, coalesce(n.command_hash, command_hash(first_command(n)))
  FROM notifications n WHERE n.user_id = ANY (p_users) AND n.idempotency_key = p_key
  UNION ALL
  SELECT a.user_id, a.notification_id, a.command_hash
  FROM activities a WHERE a.user_id = ANY (p_users) AND a.idempotency_key = p_key $$;
--> statement-breakpoint
-- A text of a group, in which {count} and {others} stand for numbers, cut at the limit of its field.
CREATE FUNCTION group_text(template text, otherwise text, count integer, longest integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(left(replace(replace(template, '{count}', count::text), '{others}', (count - 1)::text), longest), otherwise) $$;
--> statement-breakpoint
-- The last five different actors, newest last.
CREATE FUNCTION last_actors(ids uuid[], one uuid) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN one IS NULL THEN ids
    ELSE (array_remove(ids, one) || one)[greatest(1, cardinality(array_remove(ids, one)) - 3):] END $$;
--> statement-breakpoint
-- CREATE into the open notification of a group: an unread one that was never read, archived or snoozed. No row: there is none.
CREATE FUNCTION inbox_grouped(i inboxes, p_key text, p_command jsonb, p_hash bytea, p_type text)
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE
  p_group jsonb := p_command->'group'; actor uuid := (p_command->>'actor_id')::uuid; n notifications; unseen integer;
  top bigint; t timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO n FROM notifications x
    WHERE x.user_id = i.user_id AND x.group_key = p_group->>'key' AND x.group_open AND x.status = 'unread';
  IF NOT FOUND THEN
    -- Functions of the first edition change a status, and do not know that a group is closed by it.
    UPDATE notifications x SET group_open = false
      WHERE x.user_id = i.user_id AND x.group_key = p_group->>'key' AND x.group_open;
    RETURN;
  END IF;
  unseen := (n.seen OR coalesce(n.moved_to, n.id) <= seen_up_to(i, n.scope))::integer;
  i.unseen_count := i.unseen_count + unseen;
  i.scopes := scopes_add(i.scopes, n.scope, 0, unseen);
  i.has_group_keys := i.has_group_keys OR p_key IS NOT NULL;
  top := nextval('notifications_id_seq');
  INSERT INTO activities VALUES (i.user_id, n.id, top, actor, t, p_key, p_hash);
  UPDATE notifications x SET title = group_text(p_group->>'title', p_command->>'title', x.group_count + 1, 255),
      body = group_text(p_group->>'body', p_command->>'body', x.group_count + 1, 4000), metadata = p_command->'metadata',
      compared_type = p_type, actor_id = actor, actor_ids = last_actors(x.actor_ids, actor), group_count = x.group_count + 1,
      actions = p_command->'actions', expires_at = (p_command->>'expires_at')::timestamptz, moved_to = top, seen = false,
      updated_at = t, version = i.version + 1
    WHERE x.user_id = i.user_id AND x.id = n.id RETURNING * INTO n;
  i := inbox_changed(i);
  RETURN QUERY SELECT * FROM answer_of('grouped', i.user_id, i, n);
END $$;
--> statement-breakpoint
-- CREATE for any users, all or none. First the missing inboxes are made, then all are locked, both in the order of the users. The
-- other way round two creates could wait for each other.
CREATE FUNCTION inbox_put_many(p_users uuid[], p_key text, p_command jsonb, p_hash bytea, p_scope text, p_type text, p_is_on boolean)
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  left_users uuid[] := ARRAY(SELECT DISTINCT u FROM unnest(p_users) u ORDER BY u);
  locked uuid[]; done uuid[]; i inboxes; t timestamptz;
  -- Read once, and not for each user.
  content notifications := jsonb_populate_record(NULL::notifications, p_command); p_group text := p_command->'group'->>'key';
BEGIN
  IF coalesce(p_is_on, true) THEN
    INSERT INTO inboxes (user_id, counted_version) SELECT u, 0 FROM unnest(left_users) u ORDER BY u ON CONFLICT DO NOTHING;
  END IF;
  locked := inboxes_locked(left_users);
  IF cardinality(locked) < cardinality(left_users) THEN
    -- Without an inbox no user has chosen a type that is off for all others.
    RETURN QUERY SELECT a.* FROM unnest(left_users) u, answer_of('suppressed', u, NULL, NULL) a WHERE NOT u = ANY (locked);
    left_users := locked;
  END IF;
  IF p_key IS NOT NULL THEN
    IF EXISTS (SELECT FROM keyed(left_users, p_key) k WHERE k.command_hash <> p_hash) THEN
      RAISE EXCEPTION 'Another command has had this idempotency key.' USING ERRCODE = 'BF409';
    END IF;
    done := ARRAY(SELECT k.user_id FROM keyed(left_users, p_key) k);
    RETURN QUERY SELECT a.* FROM keyed(done, p_key) k JOIN notifications n ON n.user_id = k.user_id AND n.id = k.id
      JOIN inboxes i ON i.user_id = k.user_id, answer_of('repeated', k.user_id, i, n) a;
    left_users := ARRAY(SELECT u FROM unnest(left_users) u WHERE NOT u = ANY (done));
  END IF;
  IF p_is_on IS NOT NULL THEN
    done := ARRAY(SELECT x.user_id FROM inboxes x
      WHERE x.user_id = ANY (left_users) AND NOT gets(x.muted, x.unmuted, p_type, p_is_on));
    RETURN QUERY SELECT a.* FROM inboxes i, answer_of('suppressed', i.user_id, i, NULL) a WHERE i.user_id = ANY (done);
    left_users := ARRAY(SELECT u FROM unnest(left_users) u WHERE NOT u = ANY (done));
  END IF;
  IF p_group IS NOT NULL THEN
    FOR i IN SELECT * FROM inboxes x WHERE x.user_id = ANY (left_users) LOOP
      RETURN QUERY SELECT * FROM inbox_grouped(i, p_key, p_command, p_hash, p_type);
      IF FOUND THEN left_users := array_remove(left_users, i.user_id); END IF;
    END LOOP;
  END IF;
  t := clock_timestamp();
  content.alert_at := t + (p_command->>'alert_after')::integer * interval '1 second';
  IF p_group IS NOT NULL AND content.actor_id IS NOT NULL THEN content.actor_ids := ARRAY[content.actor_id]; END IF;
  RETURN QUERY WITH b AS (
      UPDATE inboxes x SET version = x.version + 1, counted_version = x.version + 1, unread_count = x.unread_count + 1,
        unseen_count = x.unseen_count + 1, scopes = scopes_add(x.scopes, p_scope, 1, 1),
        burst_count      = CASE WHEN x.burst_started_at > t - interval '1 second' THEN x.burst_count + 1 ELSE 1 END,
        burst_started_at = CASE WHEN x.burst_started_at > t - interval '1 second' THEN x.burst_started_at ELSE t END
      WHERE x.user_id = ANY (left_users) RETURNING x AS i, x.user_id, x.version),
    n AS (
      INSERT INTO notifications AS x (user_id, actor_id, title, body, metadata, channel, scope, status, created_at, updated_at,
        version, idempotency_key, command_hash, compared_type, actions, expires_at, alert_at, group_key, group_open, actor_ids)
      SELECT b.user_id, content.actor_id, content.title, content.body, content.metadata, content.channel, p_scope, 'unread', t, t,
        b.version, p_key, p_hash, p_type, content.actions, content.expires_at, content.alert_at, p_group, p_group IS NOT NULL,
        content.actor_ids
      FROM b RETURNING x AS n, x.user_id, x.id),
    c AS (
      INSERT INTO activities (user_id, notification_id, position, actor_id, created_at)
      SELECT n.user_id, n.id, n.id, content.actor_id, t FROM n WHERE p_group IS NOT NULL)
    SELECT a.* FROM n JOIN b ON b.user_id = n.user_id, answer_of('created', b.user_id, b.i, n.n) a;
END $$;
--> statement-breakpoint
-- CREATE for 1 to 500 users, all or none.
-- p_command: the content as given, without nulls. p_scope: '' for none. p_type: the configured type, or null.
-- p_is_on: whether those get it who have not chosen; null: no user can switch it off.
-- Outcomes: created, grouped (into the open notification of its group), repeated (the key has made this notification before, or
-- has gone into it), suppressed (nothing is written).
--
-- For one user it takes the next version at once, in the statement that locks the inbox. If the key turns out to be repeated, it
-- gives the version back: nothing else can have seen it. What is rare goes the way of several users: a repeated key, a new inbox,
-- one whose counts are behind, one that does not get this type, and a command with a group, a time or buttons. Keys that have gone
-- into a group are looked for only in an inbox that has some: to look in every one costs a create 6 % more.
CREATE FUNCTION inbox_put(p_users uuid[], p_key text, p_command jsonb, p_scope text, p_type text, p_is_on boolean)
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  p_user uuid := p_users[1]; t timestamptz := clock_timestamp();
  hash bytea := CASE WHEN p_key IS NOT NULL THEN command_hash(p_command) END;
  v bigint; unread integer; unseen integer; scoped jsonb; burst integer; is_known boolean;
BEGIN
  IF cardinality(p_users) = 1 AND NOT p_command ?| ARRAY['group', 'expires_at', 'alert_after', 'actions'] THEN
    UPDATE inboxes x SET version = x.version + 1, counted_version = x.version + 1, unread_count = x.unread_count + 1,
        unseen_count = x.unseen_count + 1, scopes = scopes_add(x.scopes, p_scope, 1, 1),
        burst_count      = CASE WHEN x.burst_started_at > t - interval '1 second' THEN x.burst_count + 1 ELSE 1 END,
        burst_started_at = CASE WHEN x.burst_started_at > t - interval '1 second' THEN x.burst_started_at ELSE t END
      WHERE x.user_id = p_user AND x.counted_version = x.version AND gets(x.muted, x.unmuted, p_type, p_is_on)
      RETURNING x.version, x.unread_count, x.unseen_count, x.scopes, x.burst_count, x.has_group_keys
      INTO v, unread, unseen, scoped, burst, is_known;
    IF FOUND THEN
      IF is_known THEN
        is_known := EXISTS (SELECT FROM activities a WHERE a.user_id = p_user AND a.idempotency_key = p_key);
      END IF;
      t := clock_timestamp();
      RETURN QUERY INSERT INTO notifications AS x (user_id, actor_id, title, body, metadata, channel, scope, status, created_at,
          updated_at, version, idempotency_key, command_hash, compared_type)
        SELECT p_user, (p_command->>'actor_id')::uuid, p_command->>'title', p_command->>'body', p_command->'metadata',
          p_command->>'channel', p_scope, 'unread', t, t, v, p_key, hash, p_type
        WHERE NOT is_known
        ON CONFLICT ON CONSTRAINT notifications_user_key DO NOTHING
        RETURNING 'created', x.user_id, v, unread, unseen, scoped, burst, x.id, x.id, x.actor_id, x.title, x.body, x.metadata,
          x.channel, nullif(p_scope, '')::varchar, NULL::jsonb, NULL::timestamptz, x.status, NULL::timestamptz, NULL::varchar, 1,
          '{}'::uuid[], NULL::varchar, NULL::timestamptz, x.created_at, x.updated_at, x.version;
      IF FOUND THEN RETURN; END IF;
      UPDATE inboxes x SET version = x.version - 1, counted_version = x.version - 1, unread_count = x.unread_count - 1,
          unseen_count = x.unseen_count - 1, scopes = scopes_add(x.scopes, p_scope, -1, -1), burst_count = x.burst_count - 1
        WHERE x.user_id = p_user;
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM inbox_put_many(p_users, p_key, p_command, hash, p_scope, p_type, p_is_on);
END $$;
--> statement-breakpoint
-- Gives notifications of a locked inbox another status, as one change. Each is looked up by its key: a join would be for the
-- planner a walk over all rows of the user, which it takes for a few.
--
-- With another status a group is closed, and nothing is told of it as still unread. One that is taken out of the archive after its
-- expiry has no expiry any more, or the tick would put it back.
CREATE FUNCTION inbox_moved(i inboxes, p_ids bigint[], p_to text) RETURNS inboxes LANGUAGE plpgsql AS $$
DECLARE one record; t timestamptz := clock_timestamp();
BEGIN
  FOR one IN
    SELECT x.scope, (count(*) FILTER (WHERE p_to = 'unread') - count(*) FILTER (WHERE x.status = 'unread'))::integer AS unread,
      -- Back to unread is never unseen: it was seen when it left.
      - (count(*) FILTER (WHERE x.status = 'unread' AND NOT x.seen
        AND coalesce(x.moved_to, x.id) > seen_up_to(i, x.scope)))::integer AS unseen
    FROM notifications x WHERE x.user_id = i.user_id AND x.id = ANY (p_ids) GROUP BY x.scope
  LOOP
    i.unread_count := i.unread_count + one.unread;
    i.unseen_count := i.unseen_count + one.unseen;
    i.scopes := scopes_add(i.scopes, one.scope, one.unread, one.unseen);
  END LOOP;
  UPDATE notifications x SET status = p_to, seen = true, version = i.version + 1, updated_at = t, group_open = false,
      alert_at = NULL, snoozed_until = NULL, snoozed_from = NULL,
      expires_at = CASE WHEN p_to = 'archived' OR x.expires_at > t OR NOT (x.is_expired OR x.status = 'archived') THEN x.expires_at END,
      is_expired = p_to = 'archived' AND x.expires_at IS NOT NULL AND (x.is_expired OR x.expires_at <= t)
    WHERE x.user_id = i.user_id AND x.id = ANY (p_ids);
  RETURN inbox_changed(i);
END $$;
--> statement-breakpoint
-- What an event says beside its name, and of whom it is.
CREATE FUNCTION event_detail(n notifications) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_build_object('type', n.metadata->'type') $$;
--> statement-breakpoint
-- Writes an event for each of some notifications that is of one of these types. Null: no type has events.
CREATE FUNCTION inbox_told(p_user uuid, p_ids bigint[], p_event text, p_event_types text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_event_types IS NULL THEN RETURN; END IF;
  INSERT INTO outbox (event, user_id, notification_id, version, detail, created_at)
    SELECT p_event, p_user, x.id, x.version, event_detail(x), clock_timestamp() FROM notifications x
    WHERE x.user_id = p_user AND x.id = ANY (p_ids) AND type_of(x) = ANY (p_event_types);
END $$;
--> statement-breakpoint
-- MARK one. Outcome: changed, unchanged (the action does not apply); no row: there is no such notification.
-- p_event_types: the types whose move to this status is told. Null: it is not told of any.
CREATE FUNCTION inbox_mark(p_user uuid, p_id bigint, p_from text[], p_to text, p_event_types text[])
RETURNS SETOF inbox_answer LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); n notifications;
BEGIN
  SELECT * INTO n FROM notifications x WHERE x.user_id = i.user_id AND x.id = p_id AND x.status <> 'retracted';
  IF NOT FOUND THEN RETURN; END IF;
  IF NOT n.status = ANY (p_from) THEN
    RETURN QUERY SELECT * FROM answer_of('unchanged', p_user, i, n);
    RETURN;
  END IF;
  i := inbox_moved(i, ARRAY[p_id], p_to);
  PERFORM inbox_told(p_user, ARRAY[p_id], 'notification.' || p_to, p_event_types);
  SELECT * INTO n FROM notifications x WHERE x.user_id = p_user AND x.id = p_id;
  RETURN QUERY SELECT * FROM answer_of('changed', p_user, i, n);
END $$;
--> statement-breakpoint
-- What a change of several answers, always in one row. before_position is the bound that was used.
CREATE TYPE inbox_answer_of_many AS (updated bigint[], before_position bigint, inbox_version bigint, unread_count integer,
  unseen_count integer, scopes jsonb, burst_count integer);
--> statement-breakpoint
CREATE FUNCTION answer_of_many(i inboxes, updated bigint[], before_position bigint, is_changed boolean)
RETURNS inbox_answer_of_many LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ROW(updated, before_position, coalesce(i.version, 0), coalesce(i.unread_count, 0), coalesce(i.unseen_count, 0),
    coalesce(i.scopes, '{}'), CASE WHEN is_changed THEN i.burst_count ELSE 0 END)::inbox_answer_of_many $$;
--> statement-breakpoint
-- MARK up to 100, in one version. p_positions is parallel to p_ids: what has moved up beyond its position is left alone; null:
-- it is marked wherever it is.
CREATE FUNCTION inbox_mark_many(p_user uuid, p_ids bigint[], p_positions bigint[], p_from text[], p_to text, p_event_types text[])
RETURNS inbox_answer_of_many LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user); ids bigint[];
BEGIN
  ids := ARRAY(SELECT x.id FROM notifications x WHERE x.user_id = i.user_id AND x.id = ANY (p_ids) AND x.status = ANY (p_from)
    AND coalesce(x.moved_to, x.id) <= coalesce(p_positions[array_position(p_ids, x.id)], 9223372036854775807));
  IF cardinality(ids) > 0 THEN
    i := inbox_moved(i, ids, p_to);
    PERFORM inbox_told(p_user, ids, 'notification.' || p_to, p_event_types);
  END IF;
  RETURN answer_of_many(i, ids, NULL, cardinality(ids) > 0);
END $$;
--> statement-breakpoint
-- READ-ALL and ARCHIVE-READ: whatever has the status p_from up to a position (null: all), in a scope or in none (null: in
-- all), of some types (null: of all), in one version.
CREATE FUNCTION inbox_mark_matching(p_user uuid, p_before bigint, p_scope text, p_types text[], p_from text, p_to text,
  p_event_types text[])
RETURNS inbox_answer_of_many LANGUAGE plpgsql AS $$
DECLARE
  i inboxes := inbox_locked(p_user); scopes text[] := scopes_within(i, p_scope);
  bound bigint := coalesce(p_before, 9223372036854775807); ids bigint[]; top bigint;
BEGIN
  IF p_types IS NULL THEN
    SELECT array_agg(x.id), max(coalesce(x.moved_to, x.id)) INTO ids, top FROM notifications x
      WHERE x.user_id = i.user_id AND x.status = p_from AND x.scope = ANY (scopes) AND coalesce(x.moved_to, x.id) <= bound;
  ELSE
    SELECT array_agg(x.id), max(coalesce(x.moved_to, x.id)) INTO ids, top FROM notifications x
      WHERE x.user_id = i.user_id AND x.metadata->>'type' = ANY (p_types) AND x.status = p_from AND x.scope = ANY (scopes)
        AND coalesce(x.moved_to, x.id) <= bound;
  END IF;
  IF ids IS NULL THEN RETURN answer_of_many(i, '{}', NULL, false); END IF;
  i := inbox_moved(i, ids, p_to);
  PERFORM inbox_told(p_user, ids, 'notification.' || p_to, p_event_types);
  RETURN answer_of_many(i, ids, coalesce(p_before, top), true);
END $$;
--> statement-breakpoint
-- The greatest position in an inbox, 0 if it is empty: of all shelves, the first place of each.
CREATE FUNCTION newest_position(i inboxes) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(max(top.position), 0)
  FROM unnest(ARRAY['unread', 'read', 'archived', 'snoozed', 'retracted']) s (status), unnest(scopes_within(i, NULL)) b (scope),
    LATERAL (SELECT coalesce(x.moved_to, x.id) AS position FROM notifications x
      WHERE x.user_id = i.user_id AND x.status = s.status AND x.scope = b.scope
      ORDER BY coalesce(x.moved_to, x.id) DESC LIMIT 1) top $$;
--> statement-breakpoint
-- How many are unseen in a scope, or without one ('').
CREATE FUNCTION unseen_in(i inboxes, scope text) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN scope = '' THEN i.unseen_count - (SELECT coalesce(sum((e.value->>1)::integer), 0) FROM jsonb_each(i.scopes) e)::integer
    ELSE coalesce((i.scopes->scope->>1)::integer, 0) END $$;
--> statement-breakpoint
-- SEEN up to a position, in the bell of a scope, or in all (null). Nothing is written if no count changes: whatever has left
-- `unread` has `seen`, so a watermark that is not moved says the same. A watermark goes no higher than the newest
-- notification, or it would hide what is still to come. What remains unseen is counted, since it is little.
--
-- After a function of the first edition, readers answer that everything unread is unseen. So the recount counts as a change:
-- otherwise a user who has seen everything could not clear the badge.
CREATE FUNCTION inbox_seen(p_user uuid, p_before bigint, p_scope text)
RETURNS inbox_answer_of_many LANGUAGE plpgsql AS $$
DECLARE
  i inboxes := inbox_locked(p_user); mark bigint; one text; was integer; remaining integer;
  is_changed boolean := i.counted_version <> i.version;
BEGIN
  IF i.user_id IS NULL THEN RETURN answer_of_many(i, '{}', 0, false); END IF;
  mark := (SELECT x.id FROM notifications x WHERE x.user_id = p_user ORDER BY x.id DESC LIMIT 1);
  mark := CASE WHEN p_before <= mark THEN p_before ELSE least(p_before, newest_position(i)) END;
  FOREACH one IN ARRAY scopes_within(i, p_scope) LOOP
    was := unseen_in(i, one);
    CONTINUE WHEN was = 0 OR mark <= seen_up_to(i, one);
    SELECT count(*) INTO remaining FROM notifications x
      WHERE x.user_id = p_user AND x.status = 'unread' AND x.scope = one AND coalesce(x.moved_to, x.id) > mark AND NOT x.seen;
    CONTINUE WHEN remaining = was;
    is_changed := true;
    i.unseen_count := i.unseen_count - was + remaining;
    IF one = '' THEN i.seen_position := mark;
    ELSE i.scopes := jsonb_set(i.scopes, ARRAY[one], jsonb_build_array(i.scopes->one->0, remaining, mark)); END IF;
  END LOOP;
  IF is_changed THEN i := inbox_changed(i); END IF;
  RETURN answer_of_many(i, '{}', mark, is_changed);
END $$;
--> statement-breakpoint
-- PREFERENCES: sets some choices, answers all. They raise no version, because they change no list.
CREATE FUNCTION inbox_prefer(p_user uuid, p_on text[], p_off text[]) RETURNS TABLE (muted text[], unmuted text[]) LANGUAGE sql AS $$
  INSERT INTO inboxes AS i (user_id, counted_version, muted, unmuted) VALUES (p_user, 0, p_off, p_on)
  ON CONFLICT (user_id) DO UPDATE SET
    muted   = ARRAY(SELECT m FROM unnest(i.muted) m WHERE NOT m = ANY (p_on || p_off) UNION ALL SELECT unnest(p_off)),
    unmuted = ARRAY(SELECT m FROM unnest(i.unmuted) m WHERE NOT m = ANY (p_on || p_off) UNION ALL SELECT unnest(p_on))
  RETURNING i.muted, i.unmuted $$;
--> statement-breakpoint
-- Takes scopes out of an inbox: what was of them has no scope from now on, and what was seen there stays seen.
CREATE FUNCTION inbox_without_scopes(p_user uuid, p_scopes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE i inboxes := inbox_locked(p_user);
BEGIN
  UPDATE notifications x SET scope = '', seen = x.seen OR coalesce(x.moved_to, x.id) <= seen_up_to(i, x.scope),
      version = i.version + 1, updated_at = clock_timestamp()
    WHERE x.user_id = p_user AND x.scope = ANY (p_scopes);
  i.scopes := i.scopes - p_scopes;
  PERFORM inbox_changed(inbox_recounted(i));
END $$;
--> statement-breakpoint
-- RETENTION of one inbox, as in 0002, and with the counts of scopes and of what is unseen. The creates that went into a group go
-- with it. What is snoozed waits, and what is retracted goes by the age of deletion.
CREATE OR REPLACE FUNCTION inbox_purge(p_user uuid, p_ids bigint[], p_archive_before timestamptz, p_delete_before timestamptz)
RETURNS TABLE (archived integer, deleted integer) LANGUAGE plpgsql AS $$
DECLARE i inboxes; one bigint; n record; unseen integer;
BEGIN
  archived := 0;
  deleted := 0;
  SELECT * INTO i FROM inboxes x WHERE x.user_id = p_user FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  IF i.counted_version <> i.version THEN i := inbox_recounted(i); END IF;
  FOREACH one IN ARRAY p_ids LOOP
    SELECT x.status, x.scope, x.seen, coalesce(x.moved_to, x.id) AS position, x.created_at, x.group_key INTO n
      FROM notifications x WHERE x.user_id = p_user AND x.id = one AND x.status <> 'snoozed';
    IF n.created_at < p_delete_before THEN
      DELETE FROM notifications x WHERE x.user_id = p_user AND x.id = one;
      IF n.group_key IS NOT NULL THEN
        DELETE FROM activities x WHERE x.user_id = p_user AND x.notification_id = one;
      END IF;
      deleted := deleted + 1;
    ELSIF n.status IN ('unread', 'read') AND n.created_at < p_archive_before THEN
      UPDATE notifications x SET status = 'archived', seen = true, version = i.version + 1, updated_at = clock_timestamp(),
          group_open = false, alert_at = NULL
        WHERE x.user_id = p_user AND x.id = one;
      archived := archived + 1;
    ELSE
      CONTINUE;
    END IF;
    IF n.status = 'unread' THEN
      unseen := (NOT n.seen AND n.position > seen_up_to(i, n.scope))::integer;
      i.unread_count := i.unread_count - 1;
      i.unseen_count := i.unseen_count - unseen;
      i.scopes := scopes_add(i.scopes, n.scope, -1, - unseen);
    END IF;
  END LOOP;
  -- A change by retention counts for no burst: nothing is pushed.
  IF archived + deleted > 0 THEN
    UPDATE inboxes x SET version = i.version + 1, counted_version = i.version + 1, unread_count = i.unread_count,
        unseen_count = i.unseen_count, scopes = i.scopes,
        floor_version = CASE WHEN deleted > 0 THEN i.version + 1 ELSE i.floor_version END
      WHERE x.user_id = p_user;
  END IF;
  RETURN NEXT;
END $$;
