CREATE INDEX "notifications_archivable" ON "notifications" USING btree ("created_at") WHERE "notifications"."status" <> 'archived';--> statement-breakpoint
CREATE INDEX "notifications_deletable" ON "notifications" USING btree ("created_at") WHERE "notifications"."status" = 'archived';--> statement-breakpoint
-- RETENTION of one inbox: of the notifications that it is handed, deletes and archives those that are old enough; null means
-- never. Answers no row where somebody is changing the inbox, since it waits for nobody.
--
-- It is handed ids, and does not look for what is due itself: that would be a walk over all of the user's rows under the
-- lock on the inbox. While it has the lock nobody changes these rows, so that its statements count the same ones.
--
-- The plan must not depend on when it is made: by fresh statistics nothing is due, and then the index by age looks as good
-- as the key, until a day on which very much is due.
CREATE FUNCTION inbox_purge(p_user uuid, p_ids bigint[], p_archive_before timestamptz, p_delete_before timestamptz)
RETURNS TABLE (archived integer, deleted integer)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE v bigint; u integer; a integer; d integer;
BEGIN
  SELECT i.version INTO v FROM inboxes i WHERE i.user_id = p_user FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT count(*) INTO u FROM notifications n
    WHERE n.user_id = p_user AND n.id = ANY (p_ids) AND n.status = 'unread'
      AND (n.created_at < p_archive_before OR n.created_at < p_delete_before);
  DELETE FROM notifications n
    WHERE n.user_id = p_user AND n.id = ANY (p_ids) AND n.created_at < p_delete_before;
  GET DIAGNOSTICS d = ROW_COUNT;
  UPDATE notifications n SET status = 'archived', version = v + 1, updated_at = clock_timestamp()
    WHERE n.user_id = p_user AND n.id = ANY (p_ids) AND n.status <> 'archived' AND n.created_at < p_archive_before;
  GET DIAGNOSTICS a = ROW_COUNT;
  IF a + d > 0 THEN
    UPDATE inboxes i SET version = v + 1, unread_count = i.unread_count - u,
        floor_version = CASE WHEN d > 0 THEN v + 1 ELSE i.floor_version END
      WHERE i.user_id = p_user;
  END IF;
  RETURN QUERY SELECT a, d;
END $$;
