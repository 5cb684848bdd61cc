import type * as z from 'zod/mini';
import {
  activitiesPage,
  changedAll,
  changesPage,
  feedPage,
  marked,
  markedMany,
  preferences,
  schedule,
  scheduled,
} from '../core/answers.ts';
import { boundsSchema, seenSchema } from '../core/bounds.ts';
import { adminScope, defaultCreateScope } from '../core/deployment.ts';
import { marksSchema } from '../core/marks.ts';
import { inboxState, notification } from '../core/notification.ts';
import { preferencesSchema } from '../core/preferences.ts';
import { snoozeSchema } from '../core/snooze.ts';
import type { RouteKey } from '../transport/route-keys.ts';
import { created, done } from './answers.ts';
import { command } from './commands.ts';
import { idempotencyKey, queries } from './inputs.ts';
import type { ProblemName } from './problems.ts';

/** What a document says of a route beyond its key. */
export interface Operation {
  /** The name that generated clients call it by. */
  id: string;
  summary: string;
  description: string;
  query?: z.ZodMiniObject;
  headers?: Record<string, { description: string; schema: z.ZodMiniType }>;
  body?: { schema: z.ZodMiniType; required: boolean };
  /** The scope that the token needs. In the document it is in words: OpenAPI has a list of scopes for OAuth alone. */
  scope?: string;
  /** By status; the schema of the body, which 204 does not have. */
  answers: Partial<Record<200 | 201 | 202 | 204, { description: string; schema?: z.ZodMiniType }>>;
  problems: readonly ProblemName[];
}

const always = ['Unauthenticated', 'Internal', 'Unavailable'] as const;
const withBody = ['ValidationError', 'TooLarge', ...always] as const;

const emptyBody = 'Without a body, nothing is a bound. A body `null` counts as none.';

const mark = (id: string, summary: string, more = ''): Operation => ({
  id,
  summary,
  description:
    'Where the status does not allow it, nothing changes and the answer is the same. A change is pushed to all of the ' +
    `user's sockets.${more}`,
  answers: { 200: { description: 'The notification and its inbox.', schema: marked } },
  problems: ['NotFound', ...withBody],
});

const ofMaker =
  `For the subject of the token that made it, and for tokens with the scope \`${adminScope}\`. For others it does not exist. ` +
  'It is kept for 30 days after it was sent or called off.';

/** Every route, in words. One that is missing here does not compile. */
export const operations: Record<RouteKey, Operation> = {
  'GET /notifications': {
    id: 'listNotifications',
    summary: 'A page of the inbox, newest first',
    description:
      'Send the same `status`, `scope` and `type` with the cursor of each page. A parameter that is not named here is refused.',
    query: queries.feed,
    answers: { 200: { description: 'The page.', schema: feedPage } },
    problems: ['ValidationError', ...always],
  },
  'GET /notifications/unread-count': {
    id: 'countUnread',
    summary: 'How many notifications are unread and unseen',
    description: 'The version and the counts of the inbox and of each scope, as of the same moment.',
    answers: { 200: { description: 'The inbox.', schema: inboxState } },
    problems: always,
  },
  'GET /notifications/changes': {
    id: 'listChanges',
    summary: 'What changed after a version',
    description:
      'For a client that missed a frame. With `reset` it must load the first page again: there are too many changes, or ' +
      '`since` is older than what is kept.',
    query: queries.changes,
    answers: { 200: { description: 'The changes.', schema: changesPage } },
    problems: ['ValidationError', ...always],
  },
  'GET /notifications/{id}': {
    id: 'getNotification',
    summary: 'One notification, archived ones too',
    description:
      'The id of a notification of another user answers 404, as one that does not exist or is retracted.',
    answers: { 200: { description: 'The notification.', schema: notification } },
    problems: ['ValidationError', 'NotFound', ...always],
  },
  'GET /notifications/{id}/activities': {
    id: 'listActivities',
    summary: 'The creates that went into a grouped notification',
    description: 'Newest first. A parameter that is not named here is refused.',
    query: queries.activities,
    answers: { 200: { description: 'The page.', schema: activitiesPage } },
    problems: ['ValidationError', 'NotFound', ...always],
  },
  'POST /notifications/{id}/read': mark('markRead', 'Mark as read'),
  'POST /notifications/{id}/unread': mark('markUnread', 'Mark as unread again'),
  'POST /notifications/{id}/archive': mark('archive', 'Move to the archive'),
  'POST /notifications/{id}/unarchive': mark('unarchive', 'Bring back from the archive, as read'),
  'POST /notifications/{id}/snooze': {
    ...mark(
      'snooze',
      'Take out of the feed until a time',
      ' At that time it comes back unread, at the top. An archived one stays archived.',
    ),
    body: { schema: snoozeSchema, required: true },
  },
  'POST /notifications/{id}/unsnooze': mark('unsnooze', 'Bring back as it was before, at its old place'),
  'POST /notifications/{id}/actions/{action_id}': {
    ...mark(
      'takeAction',
      'Take one of its actions, and mark as read',
      ' The first action that is taken counts, on whatever device.',
    ),
    problems: ['NotFound', 'ActionTaken', ...withBody],
  },
  'DELETE /notifications/{id}/actions/{action_id}': mark(
    'takeActionBack',
    'Take back that this action was taken',
    ' The status stays.',
  ),
  'POST /notifications/mark': {
    id: 'markMany',
    summary: 'Mark several notifications',
    description:
      'One change of the inbox, pushed as one frame. Notifications to which the action does not apply are left alone, as are ' +
      'those of other users and those that have moved up beyond the position beside their id.',
    body: { schema: marksSchema, required: true },
    answers: { 200: { description: 'The ids that have changed, and the inbox.', schema: markedMany } },
    problems: withBody,
  },
  'POST /notifications/read-all': {
    id: 'markAllRead',
    summary: 'Mark everything as read, or everything within bounds',
    description:
      'Send the highest position that the user has been shown as `before_position`, and the `scope` and `types` of the list. ' +
      emptyBody,
    body: { schema: boundsSchema, required: false },
    answers: { 200: { description: 'How many were marked.', schema: changedAll } },
    problems: withBody,
  },
  'POST /notifications/archive-read': {
    id: 'archiveRead',
    summary: 'Archive everything that is read, or what is within bounds',
    description: `One change of the inbox, pushed as one frame. ${emptyBody}`,
    body: { schema: boundsSchema, required: false },
    answers: { 200: { description: 'How many were archived.', schema: changedAll } },
    problems: withBody,
  },
  'POST /notifications/seen': {
    id: 'markSeen',
    summary: 'Say what the user has seen',
    description:
      'Takes everything up to a position out of the unseen counts. It stays unread. If no count changes, nothing does, and the ' +
      'answer is the same.',
    body: { schema: seenSchema, required: true },
    answers: { 200: { description: 'The inbox.', schema: inboxState } },
    problems: withBody,
  },
  'GET /preferences': {
    id: 'getPreferences',
    summary: 'Which types the user gets',
    description: 'Every type that the installation has configured. Other types cannot be switched off.',
    answers: { 200: { description: 'The preferences.', schema: preferences } },
    problems: always,
  },
  'PUT /preferences': {
    id: 'setPreferences',
    summary: 'Switch types on or off',
    description:
      'Sets the types that are named, all or none, and answers all preferences. From then on a create of a type that is off ' +
      'does nothing for this user. What was created before stays.',
    body: { schema: preferencesSchema, required: true },
    answers: { 200: { description: 'The preferences after the change.', schema: preferences } },
    problems: withBody,
  },
  'POST /notifications': {
    id: 'createNotifications',
    summary: 'Create, update, retract and cancel, for any user',
    description:
      `For a backend, whose tokens carry the scope \`${defaultCreateScope}\`; a type that the installation restricts also needs ` +
      `\`${defaultCreateScope}:<type>\`.`,
    headers: {
      'Idempotency-Key': {
        description:
          'Of a create: the same as the field `idempotency_key`; where both are given they must be equal. A key with other ' +
          'characters than these belongs in the field.',
        schema: idempotencyKey,
      },
    },
    body: { schema: command, required: true },
    scope: defaultCreateScope,
    answers: {
      200: {
        description:
          'An update, a retract or a cancel is done. Or a create made nothing new: the idempotency key had created it before, it ' +
          'went into the unread notification of its group, or the recipients have switched the type off.',
        schema: done,
      },
      201: { description: 'Something was created.', schema: created },
      202: { description: 'The create has a `deliver_at`, and is kept until then.', schema: scheduled },
    },
    problems: ['Forbidden', 'NotFound', 'IdempotencyConflict', 'AlreadySent', 'RateLimited', ...withBody],
  },
  'GET /scheduled/{id}': {
    id: 'getSchedule',
    summary: 'Where a scheduled create stands',
    description: ofMaker,
    answers: { 200: { description: 'The scheduled create.', schema: schedule } },
    problems: ['ValidationError', 'NotFound', ...always],
  },
  'DELETE /scheduled/{id}': {
    id: 'cancelSchedule',
    summary: 'Call a scheduled create off',
    description: `If it was called off before, the answer is the same. ${ofMaker}`,
    answers: { 204: { description: 'It will not be sent.' } },
    problems: ['NotFound', 'AlreadySent', ...withBody],
  },
};
