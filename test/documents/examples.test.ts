import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import * as jose from 'jose';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { faces } from '../../bin/client-faces.ts';
import { createTokenVerifier } from '../../functions/auth/token-verifier.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { anyClaims } from '../support/token-rules.ts';

const root = join(import.meta.dirname, '../..');

/** What the examples take from the app around them. */
const surroundings = `
declare module 'next/link' {
  const Link: import('react').ComponentType<import('belfry/react').NotificationLinkProps>;
  export default Link;
}
declare module 'next/navigation' {
  export function useRouter(): { push(href: string): void };
}
declare module 'next/headers' {
  export function cookies(): Promise<{ get(name: string): { value: string } | undefined }>;
}
declare module 'next/server' {
  export function connection(): Promise<void>;
}
declare module '@/auth' {
  export function auth(): Promise<{ user?: { id?: string } } | null>;
}
declare module '@clerk/nextjs/server' {
  interface Auth {
    isAuthenticated: boolean;
    getToken(options?: { template?: string }): Promise<string | null>;
  }
  export function auth(): Promise<Auth>;
}
declare module '@/lib/server' {
  export function currentUser(): Promise<{ id: string }>;
  export function readFirstPage(user: { id: string }): Promise<import('belfry').FeedPage | undefined>;
}
declare module '@/components/header' {
  export const Header: import('react').ComponentType<{
    user: { id: string };
    apiUrl: string;
    webSocketUrl: string;
    initialData?: Promise<import('belfry').FeedPage | undefined>;
  }>;
}
declare const apiUrl: string, httpApiUrl: string, webSocketUrl: string, token: string;
declare const createFunctionName: string, eventBusName: string, createQueueUrl: string;
declare const command: import('belfry/producer').CreateCommand;
declare const options: { apiUrl: string; webSocketUrl: string; getToken(): Promise<string> };
declare const router: { push(href: string): void };
declare const client: import('belfry').NotificationClient, id: number;
declare const user: { id: string }, booking: { id: string }, guest: { id: string; name: string };
declare const concert: { id: string; starts_at: Date }, organizers: string[];
declare const producer: import('belfry/producer').Producer;
declare function fetchToken(): Promise<string>;
declare function getToken(): Promise<string>;
declare function render(snapshot: import('belfry').NotificationSnapshot): void;
declare function toast(title: string): void;
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: Object.fromEntries(
    Object.entries(faces).map(([name, file]) => [
      name === 'index' ? 'belfry' : `belfry/${name}`,
      [join(root, 'client', file)],
    ]),
  ),
};

/** The file that an example says it is, so that others can import it. */
const nameIn = (code: string): string | undefined => /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1];

/** The examples of a document, each under the name of a file that stands beside it, and is not there. */
function examplesIn(document: string): Map<string, string> {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```(tsx?)\n(.*?)^```$/gms)];
  return new Map(
    blocks.map(([, language, code = ''], index) => [
      join(root, document, '..', nameIn(code) ?? `example-${index + 1}.${language}`),
      code,
    ]),
  );
}

/** What a strict compiler has to say, by file. */
function complaintsAbout(examples: Map<string, string>): string[] {
  const files = new Map([...examples].map(([name, code]) => [name, `${code}export {};`]));
  files.set(join(root, 'surroundings.d.ts'), surroundings);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2024);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

describe('the examples of the documents', () => {
  const examples = new Map(
    ['README.md', 'client/README.md'].flatMap((document) => [...examplesIn(document)]),
  );

  it('are code that a strict compiler takes', () => {
    expect(examples.size).toBeGreaterThan(8);
    expect(complaintsAbout(examples)).toEqual([]);
  }, 120_000);

  it('take no error page for a token', () => {
    const texts = [...examples.values()].filter((code) => code.includes('.text()'));
    expect(texts.length).toBeGreaterThan(0);
    for (const code of texts) expect(code).toMatch(/if \(!\w+\.ok\) throw /);
  });
});

describe.each(['README.md', 'client/README.md'])('the token route of %s', (document) => {
  const secret = 'a-secret-of-at-least-32-bytes-0123456789';
  const user = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
  const routes = [...examplesIn(document).values()].filter((code) => code.includes('belfry-token/route.ts'));
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Runs the route with `jose` in an app whose browser has this cookie. */
  async function postWith(cookie: string | undefined): Promise<Response> {
    vi.stubEnv('SESSION_SECRET', secret);
    vi.stubEnv('BELFRY_JWT_SECRET', [...secret].reverse().join(''));
    const route = routes.find((code) => code.includes('SESSION_SECRET')) ?? '';
    const { code } = await transform(route, { loader: 'ts', format: 'cjs' });
    const cookies = async () => ({ get: () => cookie && { value: cookie } });
    const module = { exports: {} as { POST(): Promise<Response> } };
    new Function('require', 'module', code)((name: string) => (name === 'jose' ? jose : { cookies }), module);
    return module.exports.POST();
  }

  const session = (claims = { sub: user }, key = secret) =>
    new jose.SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(key));

  it('is printed for jose, Auth.js and Clerk, answers to POST alone, and lets nobody store a token', () => {
    expect(routes).toHaveLength(3);
    for (const code of routes) {
      expect(code.match(/export async function (\w+)/g)).toEqual(['export async function POST']);
      expect(code).toContain("'cache-control': 'no-store'");
      expect(code).toContain('status: 401');
    }
  });

  it('gives a session a token that the service takes for that user', async () => {
    const answer = await postWith(await session());
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const verifier = createTokenVerifier(
      [{ ...anyClaims, algorithms: ['HS256'], secret: [...secret].reverse().join('') }],
      { clock: Date.now, logger: createRecordingLogger(), fetch },
    );
    expect(await verifier.verify(await answer.text())).toMatchObject({ user_id: user });
  });

  it.each([
    ['no session', async () => undefined],
    ['a session that is no token', async () => 'session'],
    ['a session of somebody else’s key', () => session(undefined, `${secret}!`)],
  ])('answers 401 to %s', async (_, cookie) => {
    expect((await postWith(await cookie())).status).toBe(401);
  });
});
