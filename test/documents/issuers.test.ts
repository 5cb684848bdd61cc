import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import { v5 } from 'uuid';
import { describe, expect, it, vi } from 'vitest';
import { optionsOf } from '../../bin/options.ts';
import { createTokenVerifier } from '../../functions/auth/token-verifier.ts';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { defaultCreateScope, type IssuerAlgorithm } from '../../functions/core/deployment.ts';
import { tokenConfig } from '../../functions/platform/token-config.ts';
import { tokenSettings } from '../../lib/token-settings.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { emptyStack } from '../lib/template.ts';
import { createIssuerKey, type IssuerKey } from '../support/issuer.ts';
import { type IssuerSample, issuerSamples } from '../support/issuer-samples.ts';
import { policyOf } from '../support/policy.ts';

// From the document to the token: each block of settings is what `cdk.json` has, and its functions verify the samples.
const document = readFileSync(join(import.meta.dirname, '../../docs/issuers.md'), 'utf8');
const settings = new Map(
  document
    .split(/^###? /m)
    .filter((section) => section.includes('```json'))
    .map((section) => {
      const [, heading = ''] = /^(.*)\n/.exec(section) ?? [];
      const [, json = ''] = /```json\n(.*?)```/s.exec(section) ?? [];
      return [heading, JSON.parse(json)];
    }),
);
const now = Date.UTC(2024, 0, 1);
const secret = 'a-secret-of-at-least-32-bytes-0123456789';

const keys = new Map<string, Promise<IssuerKey>>();
async function keyOf(
  algorithm: IssuerAlgorithm | 'HS256',
  jwksUrl: string,
): Promise<Pick<IssuerKey, 'sign'> & Partial<IssuerKey>> {
  if (algorithm === 'HS256') return { sign: async (claims, header = {}) => signWithSecret(claims, header) };
  const name = `${algorithm} ${jwksUrl}`;
  const key = keys.get(name) ?? createIssuerKey(algorithm, 'current');
  keys.set(name, key);
  return key;
}

/** Where each issuer of a block has its keys, and how it maps user ids. */
function issuersIn(context: Record<string, unknown>) {
  const { jwtIssuers, jwtJwksUrl: jwksUrl, jwtUserIdNamespace: userIdNamespace } = context;
  if (!Array.isArray(jwtIssuers)) return [{ issuer: undefined, jwksUrl, userIdNamespace }];
  return jwtIssuers;
}

const issuerOf = (heading: string, name = '') => {
  const issuers = issuersIn(settings.get(heading));
  return issuers.find(({ issuer }) => issuer === name) ?? issuers[0];
};

function signWithSecret(claims: JWTPayload, header: object): string {
  const parts = [{ alg: 'HS256', typ: 'JWT', ...header }, claims].map((part) => JSON.stringify(part));
  const input = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The rules that the functions of an installation with this context go by. */
function rulesOf(context: Record<string, unknown>) {
  const { jwt = {} } = optionsOf(context);
  const { environment, secret: ours } = tokenSettings(emptyStack(), jwt);
  for (const [name, value] of Object.entries({ ...environment, JWT_SECRET: ours ? secret : '' })) {
    vi.stubEnv(name, value);
  }
  try {
    return { rules: tokenConfig(), createScope: jwt.createScope ?? defaultCreateScope };
  } finally {
    vi.unstubAllEnvs();
  }
}

async function outcomeOf(heading: string, { header = {}, claims, signedBy = claims.iss }: IssuerSample) {
  const context = settings.get(heading);
  const { rules, createScope } = rulesOf(context);
  const { algorithm = 'RS256' } = issuerSamples[heading] ?? {};
  const key = await keyOf(algorithm, issuerOf(heading, signedBy).jwksUrl);
  const verifier = createTokenVerifier(rules, {
    clock: () => now,
    logger: createRecordingLogger(),
    fetch: async (url) => {
      expect(issuersIn(context).map(({ jwksUrl }) => jwksUrl)).toContain(String(url));
      const { jwk } = await keyOf(algorithm, String(url));
      return Response.json({ keys: [jwk] });
    },
  });
  const times = { iat: now / 1_000 - 60, exp: now / 1_000 + 240 };
  const { user_id, scopes } = await verifier.verify(await key.sign({ ...times, ...claims }, header));
  const mayCreate = () =>
    createPolicy(policyOf(), createScope).check({ name: 'http', scopes: new Set(scopes) });
  return { user_id, mayCreate };
}

describe('The settings in docs/issuers.md', () => {
  it('have samples, and the samples have settings', () => {
    expect([...settings.keys()].sort()).toEqual(Object.keys(issuerSamples).sort());
  });

  describe.each(Object.entries(issuerSamples))('%s', (heading, { samples }) => {
    it.each(samples)('fit $what, as $documented shows it', async (sample) => {
      const { outcome } = sample;
      if ('refusal' in outcome) {
        await expect(outcomeOf(heading, sample)).rejects.toThrow(outcome.refusal);
        return;
      }
      const { user_id, mayCreate } = await outcomeOf(heading, sample);
      const namespace = issuerOf(heading, sample.claims.iss).userIdNamespace;
      expect(user_id).toBe(
        namespace && !/^[0-9a-f-]{36}$/.test(outcome.user) ? v5(outcome.user, namespace) : outcome.user,
      );
      if (outcome.mayCreate) expect(mayCreate).not.toThrow();
      else expect(mayCreate).toThrow('The token lacks the scope');
    });
  });
});
