import { createServer, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { IssuerAlgorithm } from '../../functions/core/deployment.ts';
import { closeServer, listen } from '../../local/http-server.ts';

/** One pair of keys of an issuer. */
export interface IssuerKey {
  /** The public half, as a key set lists it. */
  jwk: JWK;
  /** Signs a token as the issuer does; what `header` says takes the place of the usual. */
  sign(claims: JWTPayload, header?: object): Promise<string>;
}

/** Makes a pair of keys; without `kid` neither the key set nor a token names it. */
export async function createIssuerKey(alg: IssuerAlgorithm, kid: string | undefined): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === undefined ? {} : { kid };
  return {
    jwk: { ...(await exportJWK(publicKey)), ...named, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey),
  };
}

/** An issuer's key set on this machine. */
export interface Issuer {
  jwksUrl: string;
  /** How often the key set was asked for. */
  fetches(): number;
  /** Lists these keys from now on; anything else is answered as it is. */
  serve(...keys: (IssuerKey | JWK)[]): void;
  /** Answers with this status and body from now on. */
  answer(status: number, body?: string): void;
  /** Sends callers to another address from now on. */
  redirect(url: string): void;
  /** Breaks every connection from now on. */
  goDown(): void;
  /** Answers nothing from now on. */
  hang(): void;
  stop(): Promise<void>;
}

/** Starts an issuer that lists no keys. */
export async function startIssuer(): Promise<Issuer> {
  let fetches = 0;
  let respond: (response: ServerResponse) => void;
  const server = createServer((_, response) => {
    fetches += 1;
    respond(response);
  });
  const answer = (status: number, body = '') => {
    respond = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  answer(200, '{"keys":[]}');
  const port = await listen(server, 0);
  return {
    jwksUrl: `http://localhost:${port}/.well-known/jwks.json`,
    fetches: () => fetches,
    serve: (...keys) =>
      answer(200, JSON.stringify({ keys: keys.map((key) => ('sign' in key ? key.jwk : key)) })),
    answer,
    redirect(url) {
      respond = (response) => response.writeHead(302, { location: url }).end();
    },
    goDown() {
      respond = (response) => response.destroy();
    },
    hang() {
      respond = () => {};
    },
    stop: () => closeServer(server),
  };
}
