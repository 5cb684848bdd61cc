import type { Metadata } from '../wire.ts';

/**
 * A create command: what a notification says, and to whom. A field that may be left out may also be null, which means the
 * same.
 *
 * @example
 * const command: CreateCommand = {
 *   user_id: '0b5e55ed-0000-4000-8000-000000000001',
 *   title: 'Your seat is confirmed',
 *   body: 'Row F, seat 12.',
 *   metadata: { type: 'booking', route: '/bookings/12' },
 *   idempotency_key: 'booking-12-confirmed',
 * };
 */
export type CreateCommand = CommandContent & Recipients;

/** What a notification says. */
export interface CommandContent {
  /** 1 to 255 characters. At least one is visible. */
  title: string;
  /** At most 4,000 characters. Default: empty. */
  body?: string | null | undefined;
  /** The user who caused it, by UUID. Default: none. */
  actor_id?: string | null | undefined;
  /**
   * At most 4,096 bytes as JSON, 5 levels deep, with numbers up to ±9007199254740991. Known keys: `type`, `url` and
   * `route`. Default: `{}`.
   */
  metadata?: Metadata | null | undefined;
  /** 1 to 20 characters. Default: `in_app`. */
  channel?: string | null | undefined;
  /**
   * The frontend in whose bell it is shown: one of the service's scopes. Default: that of its type. If that has none either,
   * every bell shows it.
   */
  scope?: string | null | undefined;
  /** At most three buttons, of which the recipient may press one. Default: none. */
  actions?: readonly Action[] | null | undefined;
  /**
   * If a recipient has an unread notification of this group, the command goes into that one, which counts, moves up and keeps
   * its last five actors. Default: none.
   */
  group?: Group | null | undefined;
  /** When it is archived: in the future, and after `deliver_at`. Default: never. */
  expires_at?: Moment | null | undefined;
  /**
   * After how many seconds the service tells on its event bus that it is still unread (`notification.unread_after`): 60 to
   * 7,776,000, which are 90 days. Default: never.
   */
  alert_after?: number | null | undefined;
  /** When to create it: at most 365 days ahead. Default: at once. */
  deliver_at?: Moment | null | undefined;
  /** 1 to 255 characters. A second command with the same key creates no second notification. Default: a random key. */
  idempotency_key?: string | null | undefined;
}

/** A moment: ISO 8601 with seconds and an offset, or a date. */
export type Moment = string | Date;

/** A button of a notification. It leads to a `route` or to a `url`, or just records that it was pressed. */
export interface Action {
  /** 1 to 64 letters, digits and `. _ ~ -`. Another one for each button. */
  id: string;
  /** 1 to 40 characters. */
  label: string;
  /** A path of the app that begins with `/`. */
  route?: string | null | undefined;
  /** A URL outside of the app, with `https:`. */
  url?: string | null | undefined;
}

/** What creates of one group have in common. */
export interface Group {
  /** 1 to 255 characters. */
  key: string;
  /** The title from the second create on. `{count}` stands for how many there are, `{others}` for one less. */
  title?: string | null | undefined;
  /** The body, likewise. */
  body?: string | null | undefined;
}

/** Who gets a notification: one user, or several. */
export type Recipients =
  | {
      /** The recipient, by UUID. */
      user_id: string;
      user_ids?: null | undefined;
    }
  | {
      /** The recipients, by UUID, without a limit. More than 500 are sent in several commands with the same key. */
      user_ids: readonly string[];
      user_id?: null | undefined;
    };

/**
 * An update: it edits the notification that a create with this key has made. What is left out stays as it is. At least one
 * field besides `realert` is given.
 *
 * @example
 * const update: UpdateCommand = {
 *   user_id: '0b5e55ed-0000-4000-8000-000000000001',
 *   idempotency_key: 'booking-12-confirmed',
 *   title: 'Your seat has changed',
 *   realert: true,
 * };
 */
export type UpdateCommand = UpdateContent & Recipients;

/** What an update changes. Null takes away. */
export interface UpdateContent {
  /** The key of the create. */
  idempotency_key: string;
  title?: string | undefined;
  body?: string | null | undefined;
  metadata?: Metadata | null | undefined;
  actor_id?: string | null | undefined;
  /** If the one that was taken is not among them, the recipient may take one anew. */
  actions?: readonly Action[] | null | undefined;
  /** In the future. */
  expires_at?: Moment | null | undefined;
  /** Whether it becomes unread and moves up. Default: false. */
  realert?: boolean | null | undefined;
}

/**
 * A retract: it takes back the notification of a key, or every notification of a group.
 *
 * @example
 * const retract: RetractCommand = { user_ids, group_key: 'booking-12' };
 */
export type RetractCommand = Recipients &
  (
    | {
        /** The key of the create. */
        idempotency_key: string;
        group_key?: null | undefined;
      }
    | { group_key: string; idempotency_key?: null | undefined }
  );
