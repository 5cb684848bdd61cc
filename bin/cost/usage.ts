import { choiceOption } from '../choice-option.ts';

/** What users and producers do in a month. */
export interface Usage {
  users: number;
  notifications: number;
  recipients: number;
  door: Door;
  hours: number;
  days: number;
  connections: number;
  reads: number;
  marks: number;
  times: number;
  events: number;
  size: number;
  pingSeconds: number;
  tokenMinutes: number;
}

/** The doors for create commands. */
export const doors = ['invoke', 'event', 'queue', 'http'] as const;

export type Door = (typeof doors)[number];

interface NumberInput {
  name: Exclude<keyof Usage, 'door'>;
  means: string;
  byDefault: number;
  least: number;
  most: number;
  isWhole?: boolean;
}

/** The numbers that the command asks for, in the order of its usage. */
export const numberInputs: readonly NumberInput[] = [
  {
    name: 'users',
    means: 'people who use the bell in the month',
    byDefault: 0,
    least: 0,
    most: 1e9,
    isWhole: true,
  },
  {
    name: 'notifications',
    means: 'notifications in the month; one for two users counts twice',
    byDefault: 0,
    least: 0,
    most: 1e12,
    isWhole: true,
  },
  { name: 'recipients', means: 'how many users a create command names', byDefault: 1, least: 1, most: 500 },
  {
    name: 'hours',
    means: 'for how many hours a day a user has a page open and visible',
    byDefault: 2,
    least: 0,
    most: 24,
  },
  { name: 'days', means: 'on how many days of the month a user does so', byDefault: 22, least: 0, most: 31 },
  {
    name: 'connections',
    means: 'how many connections such a user has at once: one for each browser and device',
    byDefault: 1,
    least: 0,
    most: 100,
  },
  {
    name: 'reads',
    means: 'how many lists and counts a user asks for on such a day',
    byDefault: 5,
    least: 0,
    most: 10_000,
  },
  {
    name: 'marks',
    means: 'how many requests mark each notification as read, on average',
    byDefault: 1,
    least: 0,
    most: 10,
  },
  {
    name: 'times',
    means: 'how many times each notification has: an expiry, a schedule, an alert, a snooze',
    byDefault: 0,
    least: 0,
    most: 100,
  },
  {
    name: 'events',
    means: 'how many events about each notification Belfry puts on the event bus',
    byDefault: 0,
    least: 0,
    most: 100,
  },
  {
    name: 'size',
    means: 'bytes of title, body and metadata of a notification',
    byDefault: 500,
    least: 1,
    most: 25_000,
  },
  {
    name: 'pingSeconds',
    means: 'seconds between two pings of a visible page',
    byDefault: 50,
    least: 10,
    most: 540,
  },
  {
    name: 'tokenMinutes',
    means: 'after how many minutes a socket is renewed: the lifetime of a token',
    byDefault: 15,
    least: 1,
    most: 120,
  },
];

/** The option of a number: `ping-seconds` for `pingSeconds`. */
export const optionOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads the numbers and the door from the options of the command.
 * @throws Error naming the option, its value and what it may be
 */
export function readUsage(options: Readonly<Record<string, unknown>>): Usage {
  const numbers = numberInputs.map((input) => [input.name, readNumber(input, options[optionOf(input.name)])]);
  // The cast: the inputs are the fields of a usage that are numbers.
  return {
    ...Object.fromEntries(numbers),
    door: choiceOption('door', options.door ?? 'event', doors),
  } as Usage;
}

function readNumber({ name, byDefault, least, most, isWhole = false }: NumberInput, text: unknown): number {
  if (text === undefined) return byDefault;
  const value = /^\d{1,13}(\.\d{1,6})?$/.test(String(text)) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && !(isWhole && !Number.isInteger(value))) return value;
  throw new Error(
    `--${optionOf(name)} must be a ${isWhole ? 'whole number' : 'number'} from ${plain(least)} to ${plain(most)}; it is ${JSON.stringify(text)}.`,
  );
}

const plain = (value: number): string => value.toLocaleString('en-US');

/** An installation without users and notifications. */
export const idle: Usage = readUsage({});
