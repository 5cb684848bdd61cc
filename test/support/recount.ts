/**
 * The inboxes of some users ($1) whose counts are not those of their rows. One statement, so all of it is of one moment.
 * Leaves out inboxes that functions of the first edition have changed last.
 */
export const wrongCounts = `
  WITH rows AS (
    SELECT n.user_id, n.scope, count(*) FILTER (WHERE n.status = 'unread')::int AS unread,
      count(*) FILTER (WHERE n.status = 'unread' AND NOT n.seen AND coalesce(n.moved_to, n.id) >
        CASE n.scope WHEN '' THEN i.seen_position ELSE coalesce((i.scopes->n.scope->>2)::bigint, 0) END)::int AS unseen
    FROM notifications n JOIN inboxes i USING (user_id) WHERE n.user_id = ANY ($1) GROUP BY n.user_id, n.scope),
  counted AS (
    SELECT user_id, sum(unread) AS unread, sum(unseen) AS unseen,
      coalesce(jsonb_object_agg(scope, jsonb_build_array(unread, unseen)) FILTER (WHERE scope <> ''), '{}') AS scopes
    FROM rows GROUP BY user_id)
  SELECT i.user_id, i.version, i.unread_count, c.unread, i.unseen_count, c.unseen, i.scopes, c.scopes AS counted_scopes
  FROM inboxes i LEFT JOIN counted c USING (user_id)
  WHERE i.user_id = ANY ($1) AND (i.unread_count <> coalesce(c.unread, 0)
    OR i.counted_version = i.version AND (i.unseen_count <> coalesce(c.unseen, 0)
      OR EXISTS (SELECT FROM jsonb_each(i.scopes) s
        WHERE jsonb_build_array(s.value->0, s.value->1) <> coalesce(c.scopes->s.key, '[0, 0]'))
      OR EXISTS (SELECT FROM jsonb_object_keys(coalesce(c.scopes, '{}')) k WHERE NOT i.scopes ? k)))`;
