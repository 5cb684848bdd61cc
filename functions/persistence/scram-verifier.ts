import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** PostgreSQL's own default. */
const iterations = 4096;

/**
 * What PostgreSQL stores of a password: a SCRAM-SHA-256 verifier with its own salt. It cannot be used to sign in.
 * @param password printable ASCII; other text would have to be normalized first (SASLprep)
 * @see https://www.rfc-editor.org/rfc/rfc5802#section-3 and https://www.postgresql.org/docs/18/catalog-pg-authid.html
 */
export async function scramVerifier(password: string): Promise<string> {
  const salt = randomBytes(16);
  const salted = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  const serverKey = key('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
