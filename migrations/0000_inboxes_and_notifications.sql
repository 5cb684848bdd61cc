CREATE TABLE "inboxes" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"floor_version" bigint DEFAULT 0 NOT NULL,
	"burst_started_at" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"burst_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "inboxes_unread_count_check" CHECK ("inboxes"."unread_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" bigserial NOT NULL,
	"user_id" uuid NOT NULL,
	"actor_id" uuid,
	"title" varchar(255) NOT NULL,
	"body" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"channel" varchar(20) DEFAULT 'in_app' NOT NULL,
	"status" varchar(20) DEFAULT 'unread' NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"version" bigint NOT NULL,
	"idempotency_key" varchar(255),
	CONSTRAINT "notifications_pkey" PRIMARY KEY("user_id","id"),
	CONSTRAINT "notifications_user_key" UNIQUE("user_id","idempotency_key"),
	CONSTRAINT "notifications_status_check" CHECK ("notifications"."status" IN ('unread', 'read', 'archived'))
);
--> statement-breakpoint
CREATE INDEX "notifications_feed" ON "notifications" USING btree ("user_id","id" DESC NULLS FIRST) WHERE "notifications"."status" <> 'archived';--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id","id") WHERE "notifications"."status" = 'unread';--> statement-breakpoint
CREATE INDEX "notifications_changes" ON "notifications" USING btree ("user_id","version","id");