import { type KeptLine, readKept } from './kept-log.ts';

/** A line that holds what it must not. */
export interface Leak {
  /** The file and the number of the line. */
  place: string;
  /** What it is, in words: never the secret itself. */
  kind: string;
  /** The line without anything that looks like a secret. */
  line: string;
}

/** Texts that look like a secret. */
const forms: readonly [kind: string, form: RegExp][] = [
  ['a token', /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g],
  ['an Authorization header', /\b(?:Bearer [\w.~+/=-]{8,}|authorization["']?\s*[:=]\s*["']?\w+ \S{8,})/gi],
  ['a token in an address', /[?&]token=[^&\s"]+/gi],
  ['a token as a subprotocol', /\bbelfry"?[ \t]*,[ \t]*"?[\w-]+\.[\w-]+\.[\w-]*/g],
  ['a signature of AWS', /\b(?:X-Amz-)?Signature=[\da-f]{16,}/gi],
  ['a session token of AWS', /X-Amz-Security-Token[=:]\S+/gi],
  // One that is printed as "…" was taken out.
  ['a password in an address', /\b\w+:\/\/[^\s:/@]+:[^\s:/@…]+@/g],
];

/** The parts of a token stand alone in a line, between characters that are none of theirs. */
const word = /[\w-]{16,}/g;

/** Every line of the run that holds a secret: one that was kept as such, or that has the form of one. */
export async function findLeaks(directory: string): Promise<Leak[]> {
  const secrets = secretsOf((await readKept<string>(directory, 'secrets')).map(({ value }) => value));
  return (await readKept<KeptLine>(directory, 'lines')).flatMap(({ place, value }) => {
    const kind = kindOfSecret(value.message, secrets);
    return kind === undefined
      ? []
      : [{ place, kind, line: `${value.source} ${redact(value.message, secrets)}` }];
  });
}

/** How many leaks are told. */
const told = 20;

/** @throws Error that tells each place where a line holds a secret, and not the secret */
export async function refuseLeaks(directory: string): Promise<void> {
  const leaks = await findLeaks(directory);
  if (leaks.length === 0) return;
  const lines = leaks.slice(0, told).map(({ place, kind, line }) => `${kind} at ${place}: ${line}`);
  throw new Error([`${leaks.length} lines of the logs hold what they must not.`, ...lines].join('\n'));
}

interface Secrets {
  /** Looked up for each word of a line, since there may be a hundred thousand. */
  words: ReadonlySet<string>;
  /** Looked for anywhere in a line, as they are, in an address, and in JSON. */
  others: readonly string[];
}

function secretsOf(values: readonly string[]): Secrets {
  const isToken = (value: string) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
  // The header is the same in all tokens and reveals nothing.
  const words = values.filter(isToken).flatMap((token) => token.split('.').slice(1));
  const others = values
    .filter((value) => value !== '' && !isToken(value))
    .flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]);
  return { words: new Set(words), others: [...new Set(others)] };
}

function kindOfSecret(message: string, { words, others }: Secrets): string | undefined {
  const [known] = forms.find(([, form]) => message.search(form) >= 0) ?? [];
  if (known) return known;
  if (others.some((value) => message.includes(value))) return 'a secret of a system';
  return message.match(word)?.some((each) => words.has(each)) ? 'a part of a token' : undefined;
}

function redact(message: string, { words, others }: Secrets): string {
  const known = [...forms.map(([, form]) => form), ...others];
  const without = known.reduce((text: string, each) => text.replaceAll(each, '…'), message);
  return without.replaceAll(word, (each) => (words.has(each) ? '…' : each));
}
