import { Failure } from './failure.ts';

/** What an error of the network means, by its code in Node. */
const byCode: Record<string, { happened: string; remedy: string }> = {
  ENOTFOUND: {
    happened: 'its name is unknown',
    remedy:
      'The file of outputs is old, or its installation was deleted: deploy again. With a domain name of your own, point it at the output HttpApiDomainTarget or WebSocketDomainTarget, and wait until the DNS has it.',
  },
  EAI_AGAIN: {
    happened: 'its name cannot be looked up',
    remedy: 'This machine has no DNS for now. Check its network and VPN.',
  },
  ECONNREFUSED: {
    happened: 'nothing listens there',
    remedy: 'On this machine, npm start or the emulator does not run, or has another port by now: start it.',
  },
  ECONNRESET: {
    happened: 'the connection was cut',
    remedy: 'Something on the way cuts it, such as a proxy. Try another network.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    happened: 'its certificate is for another name',
    remedy:
      'With a domain name of your own, the certificate must have that name: see the option of the certificate in docs/options.md.',
  },
};

const unreachable =
  'This machine has no way to it: check its network, its VPN and its proxy. Node does not use HTTPS_PROXY for this check.';

/** The failure of a request that got no answer. */
export function networkFailure(url: string, error: unknown): Failure {
  const { origin } = new URL(url);
  const code = codeOf(error);
  if (code === 'TimeoutError' || code === 'AbortError' || /TIMEOUT|timed out/i.test(code)) {
    return new Failure(`${origin} did not answer in time.`, [
      unreachable,
      'A function may have waited for the database. Run the check again, with more time: --wait 60.',
    ]);
  }
  const known = byCode[code];
  if (known) return new Failure(`${origin} cannot be reached: ${known.happened} (${code}).`, [known.remedy]);
  const remedy = /CERT|SIGNATURE|ISSUER|SELF_SIGNED/.test(code)
    ? 'This machine does not trust the certificate. If a proxy opens TLS here, name its authority by NODE_EXTRA_CA_CERTS.'
    : unreachable;
  return new Failure(`${origin} cannot be reached: ${code}.`, [remedy]);
}

/** The code of the first cause. The errors of fetch have one or several causes. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return codeOf(error.cause);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
