import { limits } from '../core/limits.ts';

/** What each limit bounds, with `#` where its value stands. One that is missing here does not compile. */
const descriptions: Record<keyof typeof limits, string> = {
  titleLength: 'A title has at most # characters.',
  bodyLength: 'A body has at most # characters.',
  channelLength: 'A channel has at most # characters.',
  typeLength: 'A type has at most # characters.',
  idempotencyKeyLength: 'An idempotency key has at most # characters.',
  externalUserIdLength: 'A user id of an issuer that is not a UUID has at most # characters.',
  metadataBytes: '`metadata` has at most # bytes as JSON.',
  metadataNumber: 'A number in `metadata` is at most #, and if negative at least −#.',
  metadataDepth: '`metadata` has at most # levels. The object itself is the first.',
  recipients: 'A command has at most # recipients, without duplicates.',
  marks: 'A mark of several names at most # notifications, without duplicates.',
  buttons: 'A notification has at most # actions.',
  buttonIdLength: 'The id of an action has at most # characters.',
  buttonLabelLength: 'The label of an action has at most # characters.',
  buttonsBytes: 'The actions of a notification have at most # bytes as JSON.',
  groupKeyLength: 'A group key has at most # characters.',
  groupActors: 'A grouped notification names the last # different actors.',
  snoozeMinimumMs: 'A snooze ends in # ms at the soonest.',
  snoozeMaximumMs: 'A snooze ends in # ms (90 days) at the latest.',
  scheduleMaximumMs: '`deliver_at` is at most # ms (365 days) ahead.',
  scheduleLateMs: 'If `deliver_at` has passed, the create is sent at once, up to # ms (a day) later.',
  alertAfterMinimum: '`alert_after` is at least # seconds.',
  alertAfterMaximum: '`alert_after` is at most # seconds (90 days).',
  filteredTypes: 'A filter names at most # types, without duplicates.',
  pageSize: 'A page has at most # notifications or activities.',
  defaultPageSize: 'A page has # notifications or activities by default.',
  changes: 'An answer to `changes` has at most # notifications.',
  changesBytes: 'An answer to `changes` has at most # bytes.',
  requestBytes: 'The body of a request has at most # bytes.',
  rawRecipients: 'A command is refused unread beyond # recipients, duplicates included.',
  fullFramesPerBurst:
    'At most # changes of one inbox within one second are pushed in full. Later ones are pushed as `inbox.changed`.',
  namedErrors: 'A refusal names at most # fields.',
  clockToleranceMs: 'The clocks of issuer and service may differ by # ms.',
};

/** Every limit as a sentence, in the order of `limits`. */
export const describedLimits = Object.entries(limits).map(([name, value]) =>
  // The cast: a key of the table.
  descriptions[name as keyof typeof limits].replaceAll('#', value.toLocaleString('en')),
);
