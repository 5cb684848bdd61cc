-- belfry: outside of a transaction
-- Each statement runs on its own, while functions read and write, and may run again after a run that died. An index that such
-- a run has left invalid is dropped before (functions/persistence/apply-outside.ts).
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_shelf ON public.notifications
  (user_id, status, scope, coalesce(moved_to, id) DESC);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_type ON public.notifications
  (user_id, (metadata->>'type'), status, scope, coalesce(moved_to, id) DESC) WHERE (metadata->>'type') IS NOT NULL;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_group ON public.notifications
  (user_id, group_key, group_open) WHERE group_key IS NOT NULL;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_due ON public.notifications
  (public.notification_due(status, is_expired, expires_at, alert_at, snoozed_until))
  WHERE public.notification_due(status, is_expired, expires_at, alert_at, snoozed_until) IS NOT NULL;
--> statement-breakpoint
ALTER TABLE public.notifications VALIDATE CONSTRAINT notifications_status_check;
--> statement-breakpoint
ALTER TABLE public.inboxes VALIDATE CONSTRAINT inboxes_unseen_count_check;
--> statement-breakpoint
-- Until here functions of the first edition read by these. From here on they read by others, more slowly if an inbox is long.
DROP INDEX CONCURRENTLY IF EXISTS public.notifications_feed;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS public.notifications_unread;
