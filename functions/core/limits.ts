/** The bounds of the contract. Lengths of texts are in Unicode code points, sizes in bytes of UTF-8. */
export const limits = {
  titleLength: 255,
  /** With 4-byte characters 16 kB, which together with title and metadata keeps a frame under the gateway's 32 KB. */
  bodyLength: 4_000,
  channelLength: 20,
  typeLength: 64,
  idempotencyKeyLength: 255,
  /** Of a user id that an issuer gives out and that is no UUID. */
  externalUserIdLength: 255,
  metadataBytes: 4_096,
  /** The largest number, and the smallest if negative, that is exact in JavaScript and so in `metadata`. */
  metadataNumber: Number.MAX_SAFE_INTEGER,
  /** The metadata object itself is the first level. */
  metadataDepth: 5,
  recipients: 500,
  /** How many notifications one mark may name. */
  marks: 100,
  /** Buttons of a notification. */
  buttons: 3,
  buttonIdLength: 64,
  buttonLabelLength: 40,
  /** Of all buttons together as JSON, so that a frame stays below the gateway's 32 KB. */
  buttonsBytes: 2_048,
  groupKeyLength: 255,
  /** How many actors a grouped notification names. */
  groupActors: 5,
  /** A snooze ends this long from now at the soonest, and at the latest. */
  snoozeMinimumMs: 60_000,
  snoozeMaximumMs: 90 * 86_400_000,
  /** A create may be scheduled this long from now at the latest. */
  scheduleMaximumMs: 365 * 86_400_000,
  /** A create that comes later than its time, because it has waited in a queue, is sent at once, up to this late. */
  scheduleLateMs: 86_400_000,
  /** `alert_after`, in seconds: a minute to 90 days. */
  alertAfterMinimum: 60,
  alertAfterMaximum: 90 * 86_400,
  /** How many types one filter may name. */
  filteredTypes: 10,
  pageSize: 100,
  defaultPageSize: 20,
  changes: 1_000,
  /** Of an answer to `changes`, in which a thousand rows may be larger than what Lambda returns (6 MB). */
  changesBytes: 6_000_000,
  /** Of a request body. A command for 500 users has up to 42 kB as UTF-8; with every character escaped less fits. */
  requestBytes: 65_536,
  /** Length of `user_ids` above which a command is refused without a look at the ids. */
  rawRecipients: 5_000,
  /** How many changes of one inbox within one second are pushed in full. Later ones are pushed as `inbox.changed`. */
  fullFramesPerBurst: 20,
  /** How many mistakes one refusal names at most, so that the answer cannot be ten times as large as the request. */
  namedErrors: 100,
  /** By how much the clocks of a token's issuer and of its verifier may differ. */
  clockToleranceMs: 5_000,
} as const;
