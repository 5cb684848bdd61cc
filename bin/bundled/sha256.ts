import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

// A signing key is good for a day, and the SDK keeps it. As an object of Node it need not be read again for each signature.
const keys = new WeakMap<Uint8Array, KeyObject>();

function keyOf(secret: string | Uint8Array): string | KeyObject {
  if (typeof secret === 'string') return secret;
  const key = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, key);
  return key;
}

/**
 * Stands in the bundles for the AWS SDK's SHA-256, with a secret its HMAC. The SDK makes a stream of Node for each hash, and
 * has its own code for platforms without a SHA-256: two thirds of the CPU time of a signature's hashes.
 */
export class Sha256 {
  private readonly secret: string | Uint8Array | undefined;
  private readonly parts: Uint8Array[] = [];

  constructor(secret?: string | Uint8Array) {
    this.secret = secret;
  }

  update(part: Uint8Array): void {
    this.parts.push(part);
  }

  async digest(): Promise<Uint8Array> {
    const [only = new Uint8Array(), ...others] = this.parts;
    const data = others.length > 0 ? Buffer.concat(this.parts) : only;
    if (this.secret === undefined) return hash('sha256', data, 'buffer');
    return createHmac('sha256', keyOf(this.secret)).update(data).digest();
  }

  reset(): void {
    this.parts.length = 0;
  }
}
