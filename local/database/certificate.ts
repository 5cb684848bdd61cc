import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { type Clock, systemClock } from '../clock.ts';

/** The certificate of a TLS server on this machine, and the file with which clients verify it. */
export interface Certificate {
  /** The file with the certificate of the authority, in PEM, for `NODE_EXTRA_CA_CERTS` and `sslrootcert`. */
  caFile: string;
  /** The server's certificate in PEM, for localhost and 127.0.0.1. */
  cert: string;
  /** The server's private key in PEM. */
  key: string;
}

const dayMs = 86_400_000;
const validityDays = 365;
const renewalDays = 30;

/**
 * The certificate in `directory`. It is made if it does not exist, if it is damaged, or if it expires in less than 30 of
 * its 365 days. The key of the authority is not kept, so that nothing else can be signed with it.
 */
export async function createCertificate(options: { directory: string; clock?: Clock }): Promise<Certificate> {
  const { directory, clock = systemClock } = options;
  const caFile = join(directory, 'ca.pem');
  const certFile = join(directory, 'server.pem');
  const keyFile = join(directory, 'server-key.pem');
  const kept = await Promise.all([caFile, certFile, keyFile].map((file) => readFile(file, 'utf8'))).catch(
    () => [],
  );
  const [keptCa, keptCert, keptKey] = kept;
  if (
    keptCa &&
    keptCert &&
    keptKey &&
    isUsable(keptCa, keptCert, keptKey, clock.now() + renewalDays * dayMs)
  ) {
    return { caFile, cert: keptCert, key: keptKey };
  }

  const { ca, cert, key } = await makeCertificate(clock.now());
  await mkdir(directory, { recursive: true });
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(certFile, cert);
  await writeFile(caFile, ca);
  return { caFile, cert, key };
}

function isUsable(ca: string, cert: string, key: string, neededUntil: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    return (
      Date.parse(certificate.validTo) > neededUntil &&
      certificate.verify(new X509Certificate(ca).publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(key))
    );
  } catch {
    return false;
  }
}

async function makeCertificate(now: number): Promise<{ ca: string; cert: string; key: string }> {
  const options = {
    keyType: 'ec' as const,
    algorithm: 'sha256',
    // A day in the past, because clocks can differ.
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + validityDays * dayMs),
  };
  const ca = await generate([{ name: 'commonName', value: 'Belfry local authority' }], {
    ...options,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...options,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: ca.cert, cert: server.cert, key: server.private };
}
