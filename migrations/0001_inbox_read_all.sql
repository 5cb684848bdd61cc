-- Room in each page for new versions of its rows, which every change to an inbox makes (heap-only, without any index).
ALTER TABLE inboxes SET (fillfactor = 50);
--> statement-breakpoint
-- READ ALL in one round trip. A function, because each statement inside takes a fresh snapshot: as one statement with CTEs
-- it would keep the snapshot from before it waited for the lock, skip rows changed meanwhile, and let unread_count drift.
CREATE FUNCTION inbox_read_all(p_user uuid, p_before bigint)
RETURNS TABLE (updated integer, unread_count integer, version bigint, before_id bigint, burst_count integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v bigint; n integer; m bigint; t timestamptz;
BEGIN
  SELECT i.version INTO v FROM inboxes i WHERE i.user_id = p_user FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN QUERY SELECT 0, 0, 0::bigint, NULL::bigint, 0; RETURN; END IF;
  WITH u AS (UPDATE notifications x SET status = 'read', version = v + 1, updated_at = clock_timestamp()
    WHERE x.user_id = p_user AND x.status = 'unread' AND (p_before IS NULL OR x.id <= p_before) RETURNING x.id)
  SELECT count(*), max(u.id) INTO n, m FROM u;
  IF n = 0 THEN
    RETURN QUERY SELECT 0, i.unread_count, i.version, NULL::bigint, 0 FROM inboxes i WHERE i.user_id = p_user;
    RETURN;
  END IF;
  t := clock_timestamp();
  RETURN QUERY UPDATE inboxes i SET version = i.version + 1, unread_count = i.unread_count - n,
      burst_count      = CASE WHEN i.burst_started_at > t - interval '1 second' THEN i.burst_count + 1 ELSE 1 END,
      burst_started_at = CASE WHEN i.burst_started_at > t - interval '1 second' THEN i.burst_started_at ELSE t END
    WHERE i.user_id = p_user RETURNING n, i.unread_count, i.version, coalesce(p_before, m), i.burst_count;
END $$;
