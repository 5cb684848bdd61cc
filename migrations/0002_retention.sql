CREATE INDEX "notifications_archivable" ON "notifications" USING btree ("created_at") WHERE "notifications"."status" <> 'archived';--> statement-breakpoint
CREATE INDEX "notifications_deletable" ON "notifications" USING btree ("created_at") WHERE "notifications"."status" = 'archived';--> statement-breakpoint
-- RETENTION of one inbox: of the notifications that it is handed, deletes and archives those that are old enough; null means
-- never. Answers no row where somebody is changing the inbox, since it waits for nobody. While it has the lock on the inbox
-- nobody changes its notifications.
--
-- It is handed ids, and each is looked up by its key. To look for what is due in here, or to join the ids, would be for the
-- planner a walk over all rows of the user, which it takes for a few: 100,000 of them under the lock, where there are so many.
CREATE FUNCTION inbox_purge(p_user uuid, p_ids bigint[], p_archive_before timestamptz, p_delete_before timestamptz)
RETURNS TABLE (archived integer, deleted integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v bigint; a integer := 0; d integer := 0; u integer := 0; -- version; archived, deleted, and unread among both
  one bigint; was text; is_archivable boolean; is_deletable boolean;
BEGIN
  SELECT i.version INTO v FROM inboxes i WHERE i.user_id = p_user FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  FOREACH one IN ARRAY p_ids LOOP
    SELECT n.status, n.status <> 'archived' AND n.created_at < p_archive_before, n.created_at < p_delete_before
      INTO was, is_archivable, is_deletable FROM notifications n WHERE n.user_id = p_user AND n.id = one;
    IF is_deletable THEN
      DELETE FROM notifications n WHERE n.user_id = p_user AND n.id = one;
      d := d + 1;
    ELSIF is_archivable THEN
      UPDATE notifications n SET status = 'archived', version = v + 1, updated_at = clock_timestamp()
        WHERE n.user_id = p_user AND n.id = one;
      a := a + 1;
    ELSE
      CONTINUE;
    END IF;
    IF was = 'unread' THEN u := u + 1; END IF;
  END LOOP;
  IF a + d > 0 THEN
    UPDATE inboxes i SET version = v + 1, unread_count = i.unread_count - u,
        floor_version = CASE WHEN d > 0 THEN v + 1 ELSE i.floor_version END
      WHERE i.user_id = p_user;
  END IF;
  RETURN QUERY SELECT a, d;
END $$;
