-- In the order in which functions lock them. In the other order a function and this migration would wait for each other.
LOCK TABLE inboxes, notifications IN ACCESS EXCLUSIVE MODE;
--> statement-breakpoint
-- No row is touched: every new column is empty or has a constant default, which PostgreSQL keeps in its catalog. So the
-- table is locked for milliseconds, however many rows it has. 0005 checks the rows and makes the indexes, without this lock.
ALTER TABLE notifications
  ADD COLUMN scope varchar(32) DEFAULT '' NOT NULL,
  ADD COLUMN moved_to bigint,
  ADD COLUMN seen boolean DEFAULT false NOT NULL,
  ADD COLUMN command_hash bytea,
  ADD COLUMN compared_type text,
  ADD COLUMN group_key varchar(255),
  ADD COLUMN group_open boolean DEFAULT false NOT NULL,
  ADD COLUMN group_count integer DEFAULT 1 NOT NULL,
  ADD COLUMN actor_ids uuid[],
  ADD COLUMN expires_at timestamptz(3),
  ADD COLUMN is_expired boolean DEFAULT false NOT NULL,
  ADD COLUMN alert_at timestamptz(3),
  ADD COLUMN snoozed_until timestamptz(3),
  ADD COLUMN snoozed_from varchar(20),
  ADD COLUMN actions jsonb,
  ADD COLUMN action_id varchar(64),
  ADD COLUMN action_at timestamptz(3),
  DROP CONSTRAINT notifications_status_check,
  ADD CONSTRAINT notifications_status_check
    CHECK (status IN ('unread', 'read', 'archived', 'snoozed', 'retracted')) NOT VALID;
--> statement-breakpoint
-- counted_version is -1, so the first writer to an inbox counts what is unread in it, by scope (inbox_recounted in 0004).
ALTER TABLE inboxes
  ADD COLUMN unseen_count integer DEFAULT 0 NOT NULL,
  ADD COLUMN scopes jsonb DEFAULT '{}' NOT NULL,
  ADD COLUMN seen_position bigint DEFAULT 0 NOT NULL,
  ADD COLUMN counted_version bigint DEFAULT -1 NOT NULL,
  ADD COLUMN muted text[] DEFAULT '{}' NOT NULL,
  ADD COLUMN unmuted text[] DEFAULT '{}' NOT NULL,
  ADD COLUMN has_group_keys boolean DEFAULT false NOT NULL,
  ADD CONSTRAINT inboxes_unseen_count_check CHECK (unseen_count >= 0) NOT VALID;
--> statement-breakpoint
-- For notifications that live: groups, events, and creates that are to be sent later.
CREATE TABLE activities (
  user_id uuid NOT NULL,
  notification_id bigint NOT NULL,
  position bigint NOT NULL,
  actor_id uuid,
  created_at timestamptz(3) NOT NULL,
  idempotency_key varchar(255),
  command_hash bytea,
  CONSTRAINT activities_pkey PRIMARY KEY (user_id, notification_id, position),
  CONSTRAINT activities_user_key UNIQUE (user_id, idempotency_key));
--> statement-breakpoint
CREATE TABLE outbox (
  id bigserial PRIMARY KEY,
  event varchar(40) NOT NULL,
  user_id uuid NOT NULL,
  notification_id bigint NOT NULL,
  version bigint NOT NULL,
  detail jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  leased_until timestamptz DEFAULT '-infinity' NOT NULL);
--> statement-breakpoint
CREATE TABLE scheduled (
  id bigserial PRIMARY KEY,
  deliver_at timestamptz(3) NOT NULL,
  command jsonb NOT NULL,
  dedupe text CONSTRAINT scheduled_dedupe UNIQUE,
  command_hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  made_by text,
  leased_until timestamptz DEFAULT '-infinity' NOT NULL,
  sent_at timestamptz(3),
  cancelled_at timestamptz(3),
  refused_at timestamptz(3));
--> statement-breakpoint
CREATE INDEX scheduled_due ON scheduled (deliver_at) WHERE coalesce(sent_at, cancelled_at, refused_at) IS NULL;
--> statement-breakpoint
CREATE INDEX scheduled_settled ON scheduled (coalesce(sent_at, cancelled_at, refused_at))
  WHERE coalesce(sent_at, cancelled_at, refused_at) IS NOT NULL;
